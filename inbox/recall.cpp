#include "inbox/recall.h"

#include "base/uri.h"
#include "db/audit_log.h"
#include "db/recalls.h"
#include "db/statuses.h"
#include "db/tombstones.h"
#include "federation/envelope.h"
#include "federation/recall.h"
#include "federation/uris.h"
#include "moderation/houses.h"
#include "outbox/deliver.h"
#include "statuses/remove.h"

namespace inbox {
namespace {

/// Of posts that are not here; they are buried for as long as deleted ones.
constexpr std::int64_t most_unknown_a_day = 200;

Error refused(std::string detail) {
    return Error{Error::Kind::Forbidden, "recall: " + std::move(detail)};
}

void confirm(db::Tx& tx, const House& house, const Received& received) {
    const std::string us = federation::server_actor_uri(house.instance);
    const auto& activity = received.activity;
    const Json accept = federation::render_accept(
        {.id = federation::fragment_uri(us, "recalls-done", received.at.time_since_epoch().count()),
         .actor = us,
         .to = {received.sender.uri}},
        federation::brief_activity(activity.id, activity.type, activity.actor, activity.object));
    outbox::deliver(tx,
                    {.signer = house.server_actor,
                     .body = dump_json(accept),
                     .inboxes = outbox::inbox_of(tx, received.sender.id)});
}

} // namespace

Result<Outcome> take_recall(db::Tx& tx,
                            const House& house,
                            const Received& received,
                            const Json& object) {
    const auto recall = federation::parse_recall(object);
    if (!recall) return recall.error();
    const auto& sender = received.sender;
    if (recall->actor != sender.uri || !moderation::speaks_for_house(tx, sender))
        return refused("not by a server actor of its own");
    if (!same_origin(recall->subject, sender.uri)) return refused("of another house's post");
    const Time day_ago = received.at - std::chrono::hours{24};
    const auto status = db::statuses::find_by_uri(tx, recall->subject);
    if (!status && db::tombstones::count_of(tx, sender.uri, day_ago) >= most_unknown_a_day)
        return Outcome::Ignored;
    if (status) {
        const auto author = db::accounts::find(tx, status->author);
        if (!author || author->host != sender.host) return refused("of another house's author");
        statuses::remove_status(tx, *status, received.at);
    }
    if (status)
        db::tombstones::bury_recalled(tx, recall->subject, sender.uri, received.at);
    else
        db::tombstones::insert(
            tx, {.uri = recall->subject, .account_uri = sender.uri, .deleted_at = received.at});
    db::audit_log::insert(tx,
                          {.at = received.at,
                           .actor = sender.uri,
                           .act = "recall.taken",
                           .subject = recall->subject,
                           .details = {{"was_here", status.has_value()}}});
    confirm(tx, house, received);
    return Outcome::Applied;
}

bool confirms_our_recall(db::Tx& tx, const House& house, const Received& received) {
    if (received.activity.objects.empty()) return false;
    const auto& uri = received.activity.objects.front().id;
    const auto ours = federation::server_actor_uri(house.instance) + "#recalls/";
    if (!uri.starts_with(ours) || !moderation::speaks_for_house(tx, received.sender)) return false;
    const auto rest = std::string_view(uri).substr(ours.size());
    const auto id = parse_id(rest.substr(0, rest.find('/')));
    return id && db::recalls::confirm(tx, db::RecallId{*id}, received.sender.host, received.at);
}

} // namespace inbox
