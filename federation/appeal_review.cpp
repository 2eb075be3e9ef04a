#include "federation/appeal_review.h"

#include "base/json_reader.h"
#include "base/text.h"
#include "federation/values.h"

namespace federation {
namespace {

constexpr std::string_view review_type = "AppealReview";
constexpr std::string_view opinion_type = "AppealOpinion";
constexpr std::size_t max_act = 40;

constexpr std::string_view terms = R"json({
    "AppealReview": "https://staffroom.example/ns/v1#AppealReview",
    "AppealOpinion": "https://staffroom.example/ns/v1#AppealOpinion",
    "moderationAct": "https://staffroom.example/ns/v1#moderationAct",
    "moderationReason": "https://staffroom.example/ns/v1#moderationReason",
    "appealText": "https://staffroom.example/ns/v1#appealText",
    "appealAnswer": "https://staffroom.example/ns/v1#appealAnswer",
    "appealOutcome": "https://staffroom.example/ns/v1#appealOutcome"
})json";

Json context() {
    return Json::array({"https://www.w3.org/ns/activitystreams", Json::parse(terms)});
}

Error invalid(std::string_view what) {
    return {.kind = Error::Kind::Invalid, .detail = "appeal: " + std::string(what)};
}

std::string text_in(JsonReader& json, const char* key, std::size_t most) {
    return clean_text(json.text_or(key, ""), most, Lines::Keep);
}

} // namespace

Json render_appeal_review(const AppealReview& review) {
    return {{"@context", context()},
            {"id", review.id},
            {"type", review_type},
            {"attributedTo", review.actor},
            {"published", format_iso8601(review.at)},
            {"moderationAct", review.act},
            {"moderationReason", review.reason},
            {"appealText", review.appeal},
            {"appealAnswer", review.answer}};
}

Json render_appeal_opinion(const AppealOpinion& opinion) {
    return {{"@context", context()},
            {"id", opinion.id},
            {"type", opinion_type},
            {"attributedTo", opinion.actor},
            {"inReplyTo", opinion.review},
            {"published", format_iso8601(opinion.at)},
            {"appealOutcome", opinion.overturned ? "overturned" : "upheld"},
            {"appealAnswer", opinion.note}};
}

Result<AppealReview> parse_appeal_review(const Json& document) {
    if (!document.is_object() || !has_type(document, review_type))
        return Error{.kind = Error::Kind::NotFound, .detail = "no review"};
    JsonReader json(document);
    AppealReview review{.id = id_of(document), .actor = first_id_in(json, "attributedTo")};
    const auto at = time_in(json, "published");
    review.act = text_in(json, "moderationAct", max_act);
    review.reason = text_in(json, "moderationReason", max_review_text);
    review.appeal = text_in(json, "appealText", max_review_text);
    review.answer = text_in(json, "appealAnswer", max_review_text);
    if (review.id.empty() || review.actor.empty()) return invalid("id or attributedTo");
    if (!at) return invalid("published");
    if (review.act.empty() || review.appeal.empty()) return invalid("act or text");
    review.at = *at;
    return json.finish(review);
}

Result<AppealOpinion> parse_appeal_opinion(const Json& document) {
    if (!document.is_object() || !has_type(document, opinion_type))
        return Error{.kind = Error::Kind::NotFound, .detail = "no opinion"};
    JsonReader json(document);
    AppealOpinion opinion{.id = id_of(document),
                          .actor = first_id_in(json, "attributedTo"),
                          .review = first_id_in(json, "inReplyTo")};
    const auto at = time_in(json, "published");
    const auto outcome = json.text_or("appealOutcome", "");
    opinion.note = text_in(json, "appealAnswer", max_review_text);
    if (opinion.actor.empty() || opinion.review.empty()) return invalid("author or inReplyTo");
    if (!at) return invalid("published");
    if (outcome != "overturned" && outcome != "upheld") return invalid("outcome");
    opinion.at = *at;
    opinion.overturned = outcome == "overturned";
    return json.finish(opinion);
}

} // namespace federation
