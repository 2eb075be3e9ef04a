#include "base/uri.h"
#include "federation/note.h"
#include "federation/values.h"

namespace federation {
namespace {

constexpr std::string_view terms = R"json({
    "locality": "https://staffroom.example/ns/v1#locality",
    "scope": "https://staffroom.example/ns/v1#scope",
    "of": {"@id": "https://staffroom.example/ns/v1#of", "@type": "@id"},
    "district": "https://staffroom.example/ns/v1#district",
    "region": "https://staffroom.example/ns/v1#region"
})json";

constexpr std::size_t max_scope = 40;
constexpr std::size_t max_host = 253; // RFC 1035 section 2.3.4.
constexpr std::size_t max_region = 20;

const Json* stated_in(const Json& object) {
    const auto found = object.find("locality");
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

} // namespace

std::optional<Locality> read_locality(const Json& object) {
    if (!object.is_object()) return std::nullopt;
    const Json* stated = stated_in(object);
    if (stated == nullptr) {
        const auto policy = object.find("interactionPolicy");
        if (policy == object.end() || !policy->is_object()) return std::nullopt;
        stated = stated_in(*policy);
    }
    if (stated == nullptr) return std::nullopt;
    if (!stated->is_object()) return Locality{};
    JsonReader json(*stated);
    return Locality{.scope = plain_text(json.lenient_text("scope"), max_scope),
                    .of = first_id_in(json, "of"),
                    .district = plain_text(json.lenient_text("district"), max_host),
                    .region = plain_text(json.lenient_text("region"), max_region)};
}

void write_locality(Json& object, const Locality& locality) {
    Json stated{{"scope", locality.scope}, {"district", locality.district}};
    if (!locality.of.empty()) stated["of"] = locality.of;
    if (!locality.region.empty()) stated["region"] = locality.region;
    object["interactionPolicy"]["locality"] = stated;
    object["locality"] = std::move(stated);
    auto& context = object["@context"];
    if (!context.is_array()) context = Json::array({context});
    context.push_back(Json::parse(terms));
}

} // namespace federation
