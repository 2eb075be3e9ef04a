#include "federation/checkpoint.h"

#include "base/json_reader.h"
#include "federation/values.h"

#include <algorithm>

namespace federation {
namespace {

constexpr std::string_view type = "AuditCheckpoint";
constexpr std::size_t hash_digits = 64;

constexpr std::string_view terms = R"json({
    "AuditCheckpoint": "https://staffroom.example/ns/v1#AuditCheckpoint",
    "auditLine": "https://staffroom.example/ns/v1#auditLine",
    "auditHash": "https://staffroom.example/ns/v1#auditHash"
})json";

Json context() {
    return Json::array({"https://www.w3.org/ns/activitystreams",
                        "https://w3id.org/security/data-integrity/v2",
                        Json::parse(terms)});
}

bool is_hash(std::string_view text) {
    return text.size() == hash_digits && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

Error invalid(std::string_view what) {
    return {.kind = Error::Kind::Invalid, .detail = "checkpoint: " + std::string(what)};
}

} // namespace

Json render_checkpoint(const AuditCheckpoint& checkpoint) {
    return {{"@context", context()},
            {"id", checkpoint.id},
            {"type", type},
            {"attributedTo", checkpoint.actor},
            {"published", format_iso8601(checkpoint.at)},
            {"auditLine", checkpoint.line},
            {"auditHash", checkpoint.hash}};
}

Result<AuditCheckpoint> parse_checkpoint(const Json& document) {
    if (!document.is_object() || !has_type(document, type))
        return Error{.kind = Error::Kind::NotFound, .detail = "no checkpoint"};
    JsonReader json(document);
    AuditCheckpoint checkpoint{.id = id_of(document), .actor = first_id_in(json, "attributedTo")};
    checkpoint.line = json.number("auditLine").value_or(0);
    checkpoint.hash = json.text_or("auditHash", "");
    const auto at = time_in(json, "published");
    if (checkpoint.actor.empty()) return invalid("attributedTo");
    if (checkpoint.line <= 0) return invalid("auditLine");
    if (!is_hash(checkpoint.hash)) return invalid("auditHash");
    if (!at) return invalid("published");
    checkpoint.at = *at;
    return json.finish(checkpoint);
}

Json render_offer(std::string_view id,
                  std::string_view actor,
                  std::string_view to,
                  Json checkpoint) {
    return {{"@context", "https://www.w3.org/ns/activitystreams"},
            {"id", id},
            {"type", "Offer"},
            {"actor", actor},
            {"to", Json::array({to})},
            {"object", std::move(checkpoint)}};
}

} // namespace federation
