#include "federation/commercial.h"

#include "base/json_reader.h"
#include "base/uri.h"
#include "federation/values.h"

namespace federation {
namespace {

constexpr std::size_t max_name = 100;
constexpr std::string_view terms = R"json({
    "commercial": {"@id": "https://staffroom.example/ns/v1#commercial", "@type": "@id"},
    "stopped": "https://staffroom.example/ns/v1#stopped",
    "category": "https://staffroom.example/ns/v1#category"
})json";

void add_terms(Json& document) {
    Json& context = document["@context"];
    if (!context.is_array()) context = Json::array({context});
    context.push_back(Json::parse(terms));
}

} // namespace

std::optional<Commercial> find_commercial(const Json& actor_document) {
    const std::string self = id_of(actor_document);
    const auto found = actor_document.find("commercial");
    if (found == actor_document.end() || found->is_null() || *found == false) return std::nullopt;
    const Json& value = found->is_array() && !found->empty() ? found->front() : *found;
    Commercial commercial{.organisation = id_of(value)};
    if (value.is_object()) {
        JsonReader json(value);
        commercial.name = plain_text(json.lenient_text("name"), max_name);
        commercial.stopped = is_set(json, "stopped");
    }
    if (origin_of(commercial.organisation).empty() ||
        origin_of(commercial.organisation) != origin_of(self))
        commercial.organisation = self;
    return commercial;
}

void add_commercial(Json& actor_document, const Commercial& commercial) {
    add_terms(actor_document);
    actor_document["commercial"] = {
        {"type", "Organization"}, {"id", commercial.organisation}, {"name", commercial.name}};
    if (commercial.stopped) actor_document["commercial"]["stopped"] = true;
}

void add_commercial(Json& object, std::string_view organisation) {
    add_terms(object);
    object["commercial"] = organisation;
}

void add_category(Json& flag, std::string_view category) {
    add_terms(flag);
    flag["category"] = category;
}

} // namespace federation
