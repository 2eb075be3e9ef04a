#include "api/scim_schemas.h"

#include "educators/scim_user.h"

namespace api {
namespace {

std::string at(std::string_view origin, std::string_view path) {
    return std::string(origin) + "/scim/v2/" + std::string(path);
}

Json attribute(const char* name, const char* type, const char* description) {
    return {{"name", name},
            {"type", type},
            {"multiValued", false},
            {"description", description},
            {"required", false},
            {"caseExact", false},
            {"mutability", "readWrite"},
            {"returned", "default"},
            {"uniqueness", "none"}};
}

} // namespace

Json scim_provider_config(std::string_view origin) {
    const Json no{{"supported", false}};
    return {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"}},
            {"patch", {{"supported", true}}},
            {"bulk", {{"supported", false}, {"maxOperations", 0}, {"maxPayloadSize", 0}}},
            {"filter", {{"supported", true}, {"maxResults", max_scim_results}}},
            {"changePassword", no},
            {"sort", no},
            {"etag", no},
            {"authenticationSchemes",
             {{{"type", "oauthbearertoken"},
               {"name", "Bearer token"},
               {"description", "A token of `staffroom scim token make`"},
               {"specUri", "https://www.rfc-editor.org/rfc/rfc6750"},
               {"primary", true}}}},
            {"meta",
             {{"resourceType", "ServiceProviderConfig"},
              {"location", at(origin, "ServiceProviderConfig")}}}};
}

Json scim_user_type(std::string_view origin) {
    return {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:ResourceType"}},
            {"id", "User"},
            {"name", "User"},
            {"endpoint", "/Users"},
            {"description", "Somebody who works in the district"},
            {"schema", educators::scim_user_schema},
            {"meta",
             {{"resourceType", "ResourceType"}, {"location", at(origin, "ResourceTypes/User")}}}};
}

Json scim_user_schema_document(std::string_view origin) {
    auto user_name = attribute("userName", "string", "The name at the directory");
    user_name["required"] = true;
    user_name["uniqueness"] = "server";
    auto external_id = attribute("externalId", "string", "The sourcedId of the district's roster");
    external_id["caseExact"] = true;
    external_id["uniqueness"] = "server";
    auto name = attribute("name", "complex", "The person's name; shown to nobody but officers");
    name["subAttributes"] = {attribute("givenName", "string", "Given name"),
                             attribute("familyName", "string", "Family name")};
    return {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Schema"}},
            {"id", educators::scim_user_schema},
            {"name", "User"},
            {"description", "Somebody who works in the district"},
            {"attributes",
             {user_name,
              external_id,
              name,
              attribute("userType", "string", "What the person is; a mapped one is attested"),
              attribute("active", "boolean", "Whether the person works here")}},
            {"meta",
             {{"resourceType", "Schema"},
              {"location", at(origin, std::string("Schemas/") + educators::scim_user_schema)}}}};
}

Json scim_list(const Json& resources, std::int64_t total, std::int64_t start) {
    return {{"schemas", {educators::scim_list_schema}},
            {"totalResults", total},
            {"startIndex", start},
            {"itemsPerPage", resources.size()},
            {"Resources", resources}};
}

} // namespace api
