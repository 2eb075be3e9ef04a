#include "educators/scim_user.h"

#include "base/text.h"
#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>

namespace educators {
namespace {

constexpr std::size_t max_name_bytes = 320;
constexpr std::size_t max_text_bytes = 200;
constexpr std::size_t max_operations = 100;

Error refused(const char* type, std::string why) {
    return {.kind = Error::Kind::Invalid,
            .detail = "scim: " + why,
            .shown = std::move(why),
            .reason = type};
}

/// Attribute names know no case (RFC 7643 section 2.1).
const Json* find(const Json& object, std::string_view name) {
    for (const auto& [key, value] : object.items()) {
        if (iequals(key, name)) return value.is_null() ? nullptr : &value;
    }
    return nullptr;
}

Result<std::string> read_text(const Json& value, std::string_view name, std::size_t most) {
    if (!value.is_string()) return refused("invalidValue", fmt::format("{} must be a text", name));
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > most) return refused("invalidValue", fmt::format("{} is too long", name));
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return refused("invalidValue", fmt::format("{} holds control characters", name));
    return text;
}

Result<bool> read_active(const Json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (iequals(text, "true")) return true;
        if (iequals(text, "false")) return false;
    }
    return refused("invalidValue", "active must be true or false");
}

Result<Done> set_text(std::string& place, const Json& value, std::string_view name) {
    auto text = read_text(value, name, max_text_bytes);
    if (!text) return text.error();
    place = std::move(*text);
    return Done{};
}

/// Sets one attribute by its lower-case path; those that we do not keep change nothing.
Result<Done> set(ScimFields& fields, std::string_view path, const Json& value);

Result<Done> set_name(ScimFields& fields, const Json& value) {
    if (!value.is_object()) return refused("invalidValue", "name must be an object");
    for (const auto* part : {"givenname", "familyname"}) {
        const auto* text = find(value, part);
        if (text == nullptr) continue;
        if (auto done = set(fields, fmt::format("name.{}", part), *text); !done) return done;
    }
    return Done{};
}

Result<Done> set(ScimFields& fields, std::string_view path, const Json& value) {
    if (path == "username") {
        auto name = read_text(value, "userName", max_name_bytes);
        if (!name) return name.error();
        if (trim(*name).empty()) return refused("invalidValue", "userName must not be empty");
        fields.user_name = std::move(*name);
        return Done{};
    }
    if (path == "active") {
        const auto active = read_active(value);
        if (!active) return active.error();
        fields.active = *active;
        return Done{};
    }
    if (path == "externalid") return set_text(fields.external_id, value, "externalId");
    if (path == "usertype") return set_text(fields.user_type, value, "userType");
    if (path == "name.givenname") return set_text(fields.given_name, value, "name.givenName");
    if (path == "name.familyname") return set_text(fields.family_name, value, "name.familyName");
    if (path == "name") return set_name(fields, value);
    if (path == "id") return refused("mutability", "id cannot be changed");
    return Done{};
}

Result<Done> remove(ScimFields& fields, std::string_view path) {
    if (path == "username" || path == "active" || path == "id")
        return refused("mutability", "a required attribute cannot be removed");
    if (path == "externalid") fields.external_id.clear();
    if (path == "usertype") fields.user_type.clear();
    if (path == "name" || path == "name.givenname") fields.given_name.clear();
    if (path == "name" || path == "name.familyname") fields.family_name.clear();
    return Done{};
}

/// An attribute's path in lower case, without the schema of users before it.
/// Errors: invalidPath.
Result<std::string> normal_path(std::string_view path) {
    std::string normal = ascii_lower(trim(path));
    const auto prefix = ascii_lower(scim_user_schema) + ":";
    if (normal.starts_with(prefix)) normal.erase(0, prefix.size());
    const auto bracket = normal.find('[');
    const auto closing = normal.find(']');
    const bool is_balanced = (bracket == std::string::npos) == (closing == std::string::npos) &&
                             (bracket == std::string::npos || bracket < closing);
    // A value path, emails[type eq "work"].value: of attributes that we do not keep.
    const auto name = std::string_view(normal).substr(0, bracket);
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-' || c == '$' || c == ':';
    });
    if (!is_balanced || !is_name || normal.size() > max_name_bytes)
        return refused("invalidPath", "the path cannot be read");
    return normal;
}

Result<Done> set_all(ScimFields& fields, const Json& value) {
    if (!value.is_object()) return refused("invalidValue", "without a path, value is an object");
    for (const auto& [key, one] : value.items()) {
        if (iequals(key, "schemas") || iequals(key, "meta") || one.is_null()) continue;
        const auto path = normal_path(key);
        if (!path) return path.error();
        if (auto done = set(fields, *path, one); !done) return done;
    }
    return Done{};
}

Result<Done> apply(ScimFields& fields, const Json& operation) {
    if (!operation.is_object()) return refused("invalidSyntax", "an operation is an object");
    const auto* op = find(operation, "op");
    const auto name = op != nullptr && op->is_string() ? ascii_lower(op->get<std::string>()) : "";
    if (name != "add" && name != "replace" && name != "remove")
        return refused("invalidSyntax", "op must be add, replace or remove");
    const auto* value = find(operation, "value");
    const auto* where = find(operation, "path");
    if (where != nullptr && !where->is_string())
        return refused("invalidPath", "path must be a text");
    const bool has_path = where != nullptr && !where->get_ref<const std::string&>().empty();
    if (!has_path) {
        if (name == "remove") return refused("noTarget", "remove wants a path");
        return set_all(fields, value != nullptr ? *value : Json());
    }
    const auto path = normal_path(where->get_ref<const std::string&>());
    if (!path) return path.error();
    if (name == "remove") return remove(fields, *path);
    if (value == nullptr) return refused("invalidValue", "value is missing");
    return set(fields, *path, *value);
}

} // namespace

ScimFields fields_of(const db::ScimUser& user) {
    return {.user_name = user.user_name,
            .external_id = user.external_id,
            .given_name = user.given_name,
            .family_name = user.family_name,
            .user_type = user.user_type,
            .active = user.active};
}

Result<ScimFields> parse_scim_user(const Json& document) {
    if (!document.is_object()) return refused("invalidSyntax", "the body is no object");
    ScimFields fields;
    for (const auto* name : {"username", "externalid", "usertype", "name", "active"}) {
        const auto* value = find(document, name);
        if (value == nullptr) continue;
        if (const auto done = set(fields, name, *value); !done) return done.error();
    }
    if (fields.user_name.empty()) return refused("invalidValue", "userName is required");
    return fields;
}

Result<ScimFields> patch_scim_user(ScimFields fields, const Json& document) {
    const auto* operations = document.is_object() ? find(document, "operations") : nullptr;
    if (operations == nullptr || !operations->is_array() || operations->empty())
        return refused("invalidSyntax", "Operations is missing");
    if (operations->size() > max_operations)
        return refused("tooMany", "more than 100 operations at once");
    for (const auto& operation : *operations) {
        if (const auto done = apply(fields, operation); !done) return done.error();
    }
    return fields;
}

Result<ScimFilter> parse_scim_filter(std::string_view text) {
    const auto fail = [] {
        return refused("invalidFilter", "only userName eq \"…\" and externalId eq \"…\" are known");
    };
    text = trim(text);
    const auto first = text.find(' ');
    if (first == std::string_view::npos || text.size() > 2 * max_name_bytes) return fail();
    const auto rest = trim(text.substr(first));
    if (rest.size() < 4 || !iequals(rest.substr(0, 3), "eq ")) return fail();
    const auto value = parse_json(trim(rest.substr(3)));
    if (!value || !value->is_string()) return fail();
    ScimFilter filter{.value = value->get<std::string>()};
    const auto name = text.substr(0, first);
    if (iequals(name, "userName"))
        filter.on = ScimFilterOn::UserName;
    else if (iequals(name, "externalId"))
        filter.on = ScimFilterOn::ExternalId;
    else if (iequals(name, "id"))
        filter.on = ScimFilterOn::Id;
    else
        return fail();
    return filter;
}

std::string scim_location(const db::ScimUser& user, std::string_view origin) {
    return fmt::format("{}/scim/v2/Users/{}", origin, to_string(user.id));
}

std::string scim_version(const db::ScimUser& user) {
    return fmt::format("W/\"{}\"", user.version);
}

Json render_scim_user(const db::ScimUser& user, std::string_view origin) {
    Json json{{"schemas", {scim_user_schema}},
              {"id", to_string(user.id)},
              {"userName", user.user_name},
              {"active", user.active},
              {"meta",
               {{"resourceType", "User"},
                {"created", format_iso8601(user.created_at)},
                {"lastModified", format_iso8601(user.changed_at)},
                {"location", scim_location(user, origin)},
                {"version", scim_version(user)}}}};
    if (!user.external_id.empty()) json["externalId"] = user.external_id;
    if (!user.user_type.empty()) json["userType"] = user.user_type;
    if (!user.given_name.empty()) json["name"]["givenName"] = user.given_name;
    if (!user.family_name.empty()) json["name"]["familyName"] = user.family_name;
    return json;
}

} // namespace educators
