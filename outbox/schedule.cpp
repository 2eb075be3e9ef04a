#include "outbox/schedule.h"

#include <fmt/format.h>

namespace outbox {
namespace {

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = text};
}

template <typename Tag>
Json id_or_null(Id<Tag> id) {
    return id ? Json(to_string(id)) : Json();
}

template <typename IdType>
IdType read_id(const Json& value) {
    if (!value.is_string()) return {};
    return IdType{parse_id(value.get<std::string>()).value_or(0)};
}

/// https://docs.joinmastodon.org/entities/ScheduledStatus/#params
Json params_of(const Draft& draft) {
    Json media = Json::array();
    for (const MediaId id : draft.media)
        media.push_back(to_string(id));
    Json poll;
    if (draft.poll) {
        poll = {{"options", draft.poll->options},
                {"expires_in", draft.poll->expires_in.count()},
                {"multiple", draft.poll->multiple},
                {"hide_totals", draft.poll->hide_totals}};
    }
    return {
        {"text", draft.text},
        {"poll", poll},
        {"media_ids", draft.media.empty() ? Json() : media},
        {"sensitive", draft.sensitive},
        {"spoiler_text", draft.spoiler_text.empty() ? Json() : Json(draft.spoiler_text)},
        {"visibility", db::to_string(draft.visibility)},
        {"local_only", draft.local_only},
        {"in_reply_to_id", id_or_null(draft.in_reply_to)},
        {"quoted_status_id", id_or_null(draft.quoted)},
        {"quote_approval_policy", draft.quote_policy.empty() ? Json() : Json(draft.quote_policy)},
        {"language", draft.language.empty() ? Json() : Json(draft.language)},
        {"application_id", id_or_null(draft.app)},
        {"scheduled_at", nullptr},
        {"idempotency", nullptr},
        {"with_rate_limit", false}};
}

std::string text_or_empty(const Json& params, const char* name) {
    const auto found = params.find(name);
    return found != params.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Draft draft_of(const db::ScheduledStatus& scheduled) {
    const Json& params = scheduled.params;
    Draft draft{
        .text = text_or_empty(params, "text"),
        .spoiler_text = text_or_empty(params, "spoiler_text"),
        .sensitive = params.value("sensitive", false),
        .language = text_or_empty(params, "language"),
        .visibility = db::parse_visibility(text_or_empty(params, "visibility"))
                          .value_or(db::Visibility::Direct),
        .local_only = params.value("local_only", false),
        .in_reply_to = read_id<StatusId>(params.value("in_reply_to_id", Json())),
        .quoted = read_id<StatusId>(params.value("quoted_status_id", Json())),
        .quote_policy = text_or_empty(params, "quote_approval_policy"),
        .media = scheduled.media,
        .app = read_id<AppId>(params.value("application_id", Json())),
    };
    const auto poll = params.value("poll", Json());
    if (poll.is_object()) {
        draft.poll = PollDraft{.options = poll.value("options", std::vector<std::string>{}),
                               .multiple = poll.value("multiple", false),
                               .hide_totals = poll.value("hide_totals", false),
                               .expires_in =
                                   std::chrono::seconds{poll.value("expires_in", std::int64_t{0})}};
    }
    return draft;
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
    if (const auto checked = check_draft(tx, acting, draft); !checked) return checked.error();
    db::ScheduledStatus scheduled{
        .account = acting.account, .at = at, .params = params_of(draft), .media = draft.media};
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
    const auto status = publish(tx, acting, draft_of(*due));
    if (status)
        db::scheduled_statuses::remove(tx, due->account, due->id);
    else
        db::scheduled_statuses::refuse(tx, due->id, status.error().detail);
    return true;
}

} // namespace outbox
