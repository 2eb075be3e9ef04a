#include "outbox/draft_json.h"

namespace outbox {
namespace {

template <typename Tag>
Json id_or_null(Id<Tag> id) {
    return id ? Json(to_string(id)) : Json();
}

template <typename IdType>
IdType read_id(const Json& value) {
    if (!value.is_string()) return {};
    return IdType{parse_id(value.get<std::string>()).value_or(0)};
}

std::string text_or_empty(const Json& params, const char* name) {
    const auto found = params.find(name);
    return found != params.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

Json write_draft(const Draft& draft) {
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
        {"audience", draft.audience ? Json(db::to_string(draft.audience->kind)) : Json()},
        {"circle_id", draft.audience ? id_or_null(draft.audience->circle) : Json()},
        {"in_reply_to_id", id_or_null(draft.in_reply_to)},
        {"quoted_status_id", id_or_null(draft.quoted)},
        {"quote_approval_policy", draft.quote_policy.empty() ? Json() : Json(draft.quote_policy)},
        {"interaction_policy", draft.interactions},
        {"language", draft.language.empty() ? Json() : Json(draft.language)},
        {"application_id", id_or_null(draft.app)},
        {"students_reason", draft.students_reason.empty() ? Json() : Json(draft.students_reason)},
        {"no_student_seen", draft.no_student_seen},
        {"scheduled_at", nullptr},
        {"idempotency", nullptr},
        {"with_rate_limit", false}};
}

Draft read_draft(const Json& params) {
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
        .interactions = params.value("interaction_policy", Json()),
        .app = read_id<AppId>(params.value("application_id", Json())),
        .students_reason = text_or_empty(params, "students_reason"),
        .no_student_seen = params.value("no_student_seen", false),
    };
    if (const auto kind = text_or_empty(params, "audience"); !kind.empty()) {
        // What a newer server wrote is as narrow as can be.
        draft.audience = AudienceChoice{
            .kind = db::parse_audience(kind).value_or(db::AudienceKind::OutsideRegion),
            .circle = read_id<db::ListId>(params.value("circle_id", Json()))};
    }
    for (const Json& media : params.value("media_ids", Json()))
        draft.media.push_back(read_id<MediaId>(media));
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

} // namespace outbox
