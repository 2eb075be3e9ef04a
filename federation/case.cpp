#include "federation/case.h"

#include "base/json_reader.h"
#include "base/text.h"
#include "base/uri.h"
#include "federation/values.h"

#include <algorithm>
#include <array>

namespace federation {
namespace {

constexpr std::string_view type = "Case";
constexpr std::string_view note_type = "ModerationNote";
constexpr std::size_t max_note = 2'000;
constexpr std::size_t max_case_id = 100;
constexpr std::size_t max_clause = 64;

constexpr std::string_view flag_terms = R"json({
    "sr": "https://staffroom.example/ns/v1#",
    "category": "sr:category", "clause": "sr:clause", "caseId": "sr:caseId",
    "urgent": "sr:urgent", "contentKept": "sr:contentKept"
})json";
constexpr std::string_view case_terms = R"json({
    "sr": "https://staffroom.example/ns/v1#",
    "Case": "sr:Case", "ModerationNote": "sr:ModerationNote", "caseStatus": "sr:caseStatus",
    "outcome": "sr:outcome", "moderationNote": "sr:moderationNote",
    "decideBy": "sr:decideBy"
})json";
constexpr std::string_view activity_streams = "https://www.w3.org/ns/activitystreams";

constexpr std::array<std::string_view, 4> categories{"spam", "legal", "violation", "other"};

struct Outcome {
    std::string_view name;
    std::string_view text;
};
constexpr std::array<Outcome, 6> outcomes{{
    {"no-breach", "The moderators found no breach of the rules."},
    {"warned", "Whoever was reported has been warned."},
    {"removed", "What was reported has been removed."},
    {"limited", "Whoever was reported has been limited or suspended."},
    {"attestation-revoked", "Whoever was reported is no longer a confirmed educator."},
    {"referred", "It was handed on to those who can decide about it."},
}};

Error invalid(std::string_view what) {
    return {.kind = Error::Kind::Invalid, .detail = "case: " + std::string(what)};
}

bool is_true(JsonReader& json, std::string_view key) {
    const Json* value = json.find(key);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

/// An id as policies have them: shown among our own words, so of a plain alphabet.
std::string clause_in(JsonReader& json) {
    const auto clause = json.lenient_text("clause");
    const bool is_plain = clause.size() <= max_clause && std::ranges::all_of(clause, [](char c) {
                              return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                          });
    return is_plain ? clause : "";
}

/// Only a note of its own type: nothing else is shown as the moderators' word.
std::string note_in(JsonReader& json) {
    const Json* note = json.find("moderationNote");
    if (note == nullptr || !note->is_object() || !has_type(*note, note_type)) return "";
    JsonReader reader(*note);
    return clean_text(reader.lenient_text("content"), max_note, Lines::Keep);
}

} // namespace

void add_flag_terms(Json& flag, const FlagTerms& terms) {
    flag["@context"] = Json::array({activity_streams, Json::parse(flag_terms)});
    flag["category"] = terms.category;
    if (!terms.clause.empty()) flag["clause"] = terms.clause;
    flag["caseId"] = terms.case_id;
    flag["urgent"] = terms.is_urgent;
    flag["contentKept"] = terms.is_kept;
}

FlagTerms parse_flag_terms(const Json& flag) {
    if (!flag.is_object()) return {.category = "other"};
    JsonReader json(flag);
    FlagTerms terms{.category = json.lenient_text("category"),
                    .clause = clause_in(json),
                    .case_id = plain_text(json.lenient_text("caseId"), max_case_id),
                    .is_urgent = is_true(json, "urgent"),
                    .is_kept = is_true(json, "contentKept")};
    // Two that say by themselves how soon somebody has to look.
    if (terms.category == "threat" || terms.category == "student") {
        terms.category = "violation";
        terms.is_urgent = true;
    }
    if (std::ranges::find(categories, terms.category) == categories.end()) terms.category = "other";
    return terms;
}

bool is_outcome(std::string_view text) {
    return !outcome_text(text).empty();
}

std::string_view outcome_text(std::string_view outcome) {
    const auto* const found = std::ranges::find(outcomes, outcome, &Outcome::name);
    return found == outcomes.end() ? std::string_view{} : found->text;
}

Json render_case(const Case& one) {
    Json out{{"@context", Json::array({activity_streams, Json::parse(case_terms)})},
             {"id", one.id},
             {"type", type},
             {"attributedTo", one.actor},
             {"object", one.flag},
             {"published", format_iso8601(one.opened_at)},
             {"caseStatus", one.is_closed ? "closed" : "open"}};
    if (one.decide_by && !one.is_closed) out["decideBy"] = format_iso8601(*one.decide_by);
    if (one.is_closed) out["outcome"] = one.outcome;
    if (!one.note.empty()) out["moderationNote"] = {{"type", note_type}, {"content", one.note}};
    return out;
}

bool is_case(const Json& object) {
    return object.is_object() && has_type(object, type);
}

Result<Case> parse_case(const Json& document) {
    if (!is_case(document)) return Error{.kind = Error::Kind::NotFound, .detail = "no case"};
    JsonReader json(document);
    Case one{.id = id_of(document),
             .actor = first_id_in(json, "attributedTo"),
             .flag = first_id_in(json, "object"),
             .is_closed = json.text_or("caseStatus", "") == "closed",
             .outcome = json.lenient_text("outcome"),
             .note = note_in(json)};
    one.opened_at = time_in(json, "published").value_or(Time{});
    one.decide_by = time_in(json, "decideBy");
    if (one.id.empty()) return invalid("id");
    if (!same_origin(one.id, one.actor)) return invalid("attributedTo");
    if (one.is_closed && !is_outcome(one.outcome)) return invalid("outcome");
    if (!one.is_closed) one.outcome.clear();
    return json.finish(std::move(one));
}

} // namespace federation
