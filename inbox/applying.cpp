#include "inbox/applying.h"

#include "db/audit_log.h"
#include "db/group_bans.h"
#include "db/told_rejects.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "inbox/followers_sync.h"
#include "moderation/record.h"
#include "moderation/shield.h"
#include "outbox/audience.h"
#include "outbox/deliver.h"
#include "outbox/privacy_note.h"

#include <spdlog/spdlog.h>

namespace inbox {
namespace {

using moderation::Verdict;

// A handler refused: forged, somebody else's, or unreadable. Told to nobody.
void record_refusal(db::Tx& tx, const Item& item, const Error& error, Time now) {
    spdlog::debug("inbox: {} of {} refused: {}",
                  item.received.activity.type,
                  item.incoming.signer,
                  error.detail);
    db::audit_log::insert(tx,
                          {
                              .at = now,
                              .actor = "filter",
                              .act = "verdict",
                              .subject = item.incoming.signer,
                              .verdict = "drop",
                              .filter = "handler",
                              .reason = error.reason.empty() ? "not-entitled" : error.reason,
                              .rule_version = moderation::rule_version,
                              .details = {{"type", item.received.activity.type},
                                          {"id", item.received.activity.id},
                                          {"why", error.detail}},
                          });
}

// A Block inside a group's Announce is a ban from that group, no personal block (PROTOCOL 21).
bool is_group_ban(const Item& item) {
    return item.group && item.received.activity.type == "Block";
}

void ban_from_group(db::Tx& tx, const Item& item) {
    const auto& activity = item.received.activity;
    const auto banned = db::accounts::find_by_uri(tx, activity.object);
    if (!banned || !banned->is_local()) return;
    std::optional<Time> until;
    if (const auto end = activity.document.find("endTime");
        end != activity.document.end() && end->is_string())
        until = parse_iso8601(end->get_ref<const std::string&>());
    db::group_bans::put(tx, item.group->uri, banned->id, until);
}

void run_handler(db::Tx& tx, const Work& work, const Item& item, Time now) {
    if (is_group_ban(item)) return ban_from_group(tx, item);
    const auto outcome = item.row->handler(tx, work.house, item.received);
    if (!outcome) return record_refusal(tx, item, outcome.error(), now);
    if (*outcome == Outcome::Applied)
        moderation::note_approaches(tx, item.approached, item.received.sender.id, now);
    if (item.incoming.sync && item.received.activity.type == "Create")
        queue_followers_sync(tx, item.received.sender, *item.incoming.sync, now);
}

} // namespace

void tell_reject(db::Tx& tx,
                 const House& house,
                 const db::Account& sender,
                 const federation::Activity& activity,
                 Time now) {
    if (!sender.id || activity.id.empty()) return;
    const auto inboxes = outbox::inbox_of(tx, sender.id); // None when its host is not allowed.
    if (inboxes.empty() || !db::told_rejects::claim(tx, sender.id, now)) return;
    const std::string us = federation::server_actor_uri(house.instance);
    const Json reject = federation::render_reject(
        {.id = federation::fragment_uri(us, "rejects", now.time_since_epoch().count()),
         .actor = us,
         .to = {sender.uri}},
        federation::brief_activity(activity.id, activity.type, activity.actor, activity.object));
    outbox::deliver(tx,
                    {.signer = house.server_actor, .body = dump_json(reject), .inboxes = inboxes});
}

void apply_item(db::Tx& tx, const Work& work, const Item& item) {
    const Time now = work.clock();
    if (item.refusal) return record_refusal(tx, item, *item.refusal, now);
    if (item.is_over) return;
    const auto& decision = item.decision;
    // What a person let pass is not held a second time; blocks that came later still count.
    const bool is_released = item.incoming.released && decision.verdict == Verdict::Hold;
    if (!is_released) moderation::record_verdict(tx, item.subject, decision, now);
    if (decision.passes() || is_released) return run_handler(tx, work, item, now);
    if (decision.verdict == Verdict::Hold) {
        moderation::hold(
            tx, item.subject, decision, item.received.sender.id, write_payload(item.incoming), now);
        if (const auto reason = decision.effects.about_students; !reason.empty())
            outbox::tell_privacy_contact(
                tx, work.house.instance, work.house.server_actor, item.subject.post, reason, now);
    }
    if (decision.verdict == Verdict::Reject)
        tell_reject(tx, work.house, item.received.sender, item.received.activity, now);
}

} // namespace inbox
