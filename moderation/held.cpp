#include "moderation/held.h"

#include "base/json.h"
#include "db/audit_log.h"
#include "db/jobs.h"

namespace moderation {
namespace {

// The doors are above this layer: a job row with the verdict goes on from here.
void queue_decision(db::Tx& tx, const db::HeldItem& item, db::HeldDecision decision) {
    const Json payload{{"held", to_string(item.id)},
                       {"decision", decision == db::HeldDecision::Released ? "release" : "reject"}};
    db::jobs::insert(
        tx,
        {{.kind = item.direction == db::HeldDirection::In ? held_activity_job : held_post_job,
          .lane = "held:" + to_string(item.id),
          .payload = dump_json(payload)}});
    db::jobs::notify(tx);
}

} // namespace

Result<db::HeldItem> decide_held(
    db::Tx& tx, HeldId id, db::HeldDecision decision, std::string_view by, Time now) {
    const auto item = db::held_items::find(tx, id);
    if (!item) return Error{Error::Kind::NotFound, "no held item of that number"};
    if (!db::held_items::decide(tx, id, decision, now)) {
        return Error{
            Error::Kind::Unprocessable, "held item was decided before", "It was decided before."};
    }
    const bool is_release = decision == db::HeldDecision::Released;
    db::audit_log::insert(tx,
                          {
                              .at = now,
                              .actor = std::string(by),
                              .act = is_release ? "held.release" : "held.reject",
                              .subject = item->host,
                              .filter = item->filter,
                              .reason = item->reason,
                              .rule_version = item->rule_version,
                              .details = {{"held", to_string(id)}},
                          });
    queue_decision(tx, *item, decision);
    return *item;
}

int decide_due(db::Tx& tx, Time now) {
    int decided = 0;
    for (const auto& item : db::held_items::list_due(tx, now)) {
        const auto decision =
            item.release_at_deadline ? db::HeldDecision::Released : db::HeldDecision::Rejected;
        if (decide_held(tx, item.id, decision, "deadline", now)) ++decided;
    }
    return decided;
}

} // namespace moderation
