#pragma once

#include "base/json.h"
#include "base/result.h"
#include "db/scim_users.h"

#include <optional>
#include <string>
#include <string_view>

/// Users as a directory writes them (RFC 7643 section 4.1). Pure. Only what we need is read: of
/// addresses, phones and the like nothing is kept.
///
/// Errors are Invalid with RFC 7644's scimType as reason: invalidSyntax, invalidValue, invalidPath,
/// noTarget, mutability, invalidFilter, tooMany.
namespace educators {

constexpr auto scim_user_schema = "urn:ietf:params:scim:schemas:core:2.0:User";
constexpr auto scim_patch_schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
constexpr auto scim_list_schema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
constexpr auto scim_error_schema = "urn:ietf:params:scim:api:messages:2.0:Error";

struct ScimFields {
    std::string user_name{};
    std::string external_id{};
    std::string given_name{};
    std::string family_name{};
    std::string user_type{};
    bool active = true;
};
ScimFields fields_of(const db::ScimUser& user);

/// The body of a POST or PUT. Names of attributes are compared without case; `active` may be a text
/// ("False"), as directories write it.
Result<ScimFields> parse_scim_user(const Json& document);

/// What a PATCH makes of a user: add, replace, remove, with a path or without one. Attributes that
/// we do not keep are taken and ignored.
Result<ScimFields> patch_scim_user(ScimFields fields, const Json& document);

enum class ScimFilterOn { UserName, ExternalId, Id };
struct ScimFilter {
    ScimFilterOn on = ScimFilterOn::UserName;
    std::string value{};
};
/// `userName eq "felipe"`; nothing else is understood.
Result<ScimFilter> parse_scim_filter(std::string_view text);

/// `origin` makes the location.
Json render_scim_user(const db::ScimUser& user, std::string_view origin);
std::string scim_location(const db::ScimUser& user, std::string_view origin);
std::string scim_version(const db::ScimUser& user); ///< An ETag: W/"3".

} // namespace educators
