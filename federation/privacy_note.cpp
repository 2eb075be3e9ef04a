#include "federation/privacy_note.h"

#include "base/json_reader.h"
#include "federation/values.h"

#include <algorithm>

namespace federation {
namespace {

constexpr std::string_view type = "PrivacyNote";
constexpr std::size_t most_reason = 40;

constexpr std::string_view terms = R"json({
    "PrivacyNote": "https://staffroom.example/ns/v1#PrivacyNote",
    "reasonCode": "https://staffroom.example/ns/v1#reasonCode"
})json";

bool is_code(std::string_view text) {
    return !text.empty() && text.size() <= most_reason &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

} // namespace

Json render_privacy_note(const PrivacyNote& note, std::string_view to) {
    return {
        {"@context", Json::array({"https://www.w3.org/ns/activitystreams", Json::parse(terms)})},
        {"id", note.id},
        {"type", "Offer"},
        {"actor", note.actor},
        {"to", Json::array({to})},
        {"object",
         {{"id", note.id + "/note"},
          {"type", type},
          {"attributedTo", note.actor},
          {"subject", note.about},
          {"reasonCode", note.reason}}}};
}

Result<PrivacyNote> parse_privacy_note(const Json& document) {
    if (!document.is_object() || !has_type(document, type))
        return Error{.kind = Error::Kind::NotFound, .detail = "no privacy note"};
    JsonReader json(document);
    PrivacyNote note{.id = id_of(document),
                     .actor = first_id_in(json, "attributedTo"),
                     .about = first_id_in(json, "subject"),
                     .reason = json.text_or("reasonCode", "")};
    if (note.actor.empty() || note.about.empty() || !is_code(note.reason))
        return Error{.kind = Error::Kind::Invalid, .detail = "privacy note: a property"};
    return json.finish(note);
}

} // namespace federation
