#include "outbox/schedule.h"

#include "outbox/asking.h"
#include "outbox/draft_json.h"

#include <fmt/format.h>

namespace outbox {
namespace {

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

Result<Done> check_time(db::Tx& tx, const Acting& acting, Time at, std::int64_t already) {
    if (at < acting.now + min_schedule_ahead) {
        return unprocessable(
            "Validation failed: Scheduled at must be at least 5 minutes in the future");
    }
    const auto counts = db::scheduled_statuses::count(tx, acting.account, at);
    if (counts.all - already >= max_scheduled) {
        return unprocessable(fmt::format(
            "Validation failed: You have exceeded the limit of {} scheduled posts", max_scheduled));
    }
    if (counts.same_day >= max_scheduled_per_day) {
        return unprocessable(
            fmt::format("Validation failed: You have exceeded the limit of {} scheduled posts for "
                        "one day",
                        max_scheduled_per_day));
    }
    return Done{};
}

} // namespace

Result<db::ScheduledStatus> schedule(db::Tx& tx,
                                     const Acting& acting,
                                     const Draft& draft,
                                     Time at) {
    if (const auto fits = check_time(tx, acting, at, 0); !fits) return fits.error();
    if (const auto checked = check_draft(tx, acting, draft, at); !checked) return checked.error();
    db::ScheduledStatus scheduled{
        .account = acting.account, .at = at, .params = write_draft(draft), .media = draft.media};
    scheduled.id = db::scheduled_statuses::insert(tx, scheduled, acting.now);
    return scheduled;
}

Result<db::ScheduledStatus> reschedule(db::Tx& tx, const Acting& acting, std::int64_t id, Time at) {
    const Error not_found{Error::Kind::NotFound, "not one of the member's scheduled posts"};
    if (!db::scheduled_statuses::find(tx, acting.account, id)) return not_found;
    if (const auto fits = check_time(tx, acting, at, 1); !fits) return fits.error();
    if (!db::scheduled_statuses::set_time(tx, acting.account, id, at)) return not_found;
    return *db::scheduled_statuses::find(tx, acting.account, id);
}

bool publish_due(db::Tx& tx, const Instance& instance, moderation::Peers& peers, Time now) {
    const auto due = db::scheduled_statuses::claim_due(tx, now);
    if (!due) return false;
    const Acting acting{.instance = instance, .peers = peers, .account = due->account, .now = now};
    auto draft = read_draft(due->params);
    draft.media = due->media;
    const auto status = publish(tx, acting, draft);
    // What is held for review waits there, and a question for its answer.
    if (status || is_held(status.error()) || is_question(status.error()))
        db::scheduled_statuses::remove(tx, due->account, due->id);
    else
        db::scheduled_statuses::refuse(tx, due->id, status.error().detail);
    return true;
}

} // namespace outbox
