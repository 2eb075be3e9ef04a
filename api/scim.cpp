#include "api/scim.h"

#include "api/scim_schemas.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace api {
namespace {

using educators::ScimFilterOn;

constexpr auto media_type = "application/scim+json";

http::Response scim_response(const Json& body, int status = 200) {
    auto response = http::json_response(body, status);
    response.headers.set("Content-Type", media_type);
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

int status_of(const Error& error) {
    if (error.reason == "uniqueness") return 409;
    switch (error.kind) {
    case Error::Kind::Unauthorized:
        return 401;
    case Error::Kind::NotFound:
        return 404;
    case Error::Kind::TooLarge:
        return 413;
    case Error::Kind::WrongType:
        return 415;
    case Error::Kind::Unavailable:
        return 503;
    default:
        return 400;
    }
}

/// RFC 7644 section 3.12.
http::Response scim_error(const Error& error, int status) {
    Json body{{"schemas", {educators::scim_error_schema}},
              {"status", std::to_string(status)},
              {"detail", error.shown.empty() ? "The request cannot be answered." : error.shown}};
    if (!error.reason.empty()) body["scimType"] = error.reason;
    auto response = scim_response(body, status);
    if (status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    return response;
}

http::Response scim_error(const Error& error) {
    return scim_error(error, status_of(error));
}

std::string_view bearer_of(const http::Request& request) {
    const auto lines = request.headers.all("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (lines.size() != 1 || lines.front().size() <= scheme.size() ||
        !iequals(lines.front().substr(0, scheme.size()), scheme))
        return "";
    return trim(lines.front().substr(scheme.size()));
}

Result<Json> read_body(const http::Request& request) {
    if (request.spooled)
        return Error{.kind = Error::Kind::TooLarge, .detail = "scim: long", .shown = "Too long."};
    const auto given = request.headers.get("Content-Type");
    const auto type = ascii_lower(trim(given.substr(0, given.find(';'))));
    if (type != media_type && type != "application/json") {
        return Error{.kind = Error::Kind::WrongType,
                     .detail = "scim: another media type",
                     .shown = "The body must be application/scim+json."};
    }
    auto document = parse_json(request.body);
    if (!document) {
        return Error{.kind = Error::Kind::Invalid,
                     .detail = document.error().detail,
                     .shown = "The body is no JSON.",
                     .reason = "invalidSyntax"};
    }
    return document;
}

http::Response user_response(const educators::ScimDesk& desk,
                             const db::ScimUser& user,
                             int status = 200) {
    auto response = scim_response(educators::render_scim_user(user, desk.origin), status);
    response.headers.set("ETag", educators::scim_version(user));
    response.headers.set("Location", educators::scim_location(user, desk.origin));
    return response;
}

using Answer = Result<http::Response>;
/// Every handler runs in the transaction that the token was looked up in, and is committed when it
/// succeeds.
using Handler = Answer (*)(db::Tx&, const ScimDeps&, const http::Call&);

std::optional<db::ScimUser> find_filtered(db::Tx& tx, const educators::ScimFilter& filter) {
    switch (filter.on) {
    case ScimFilterOn::UserName:
        return db::scim_users::find_by_name(tx, filter.value);
    case ScimFilterOn::Id: {
        const auto id = parse_id(filter.value);
        return id ? db::scim_users::find(tx, {*id}) : std::nullopt;
    }
    case ScimFilterOn::ExternalId: {
        auto user = db::scim_users::find_by_external_id(tx, filter.value);
        if (user && user->is_removed) return std::nullopt;
        return user;
    }
    }
    return std::nullopt;
}

// GET /scim/v2/Users, RFC 7644 section 3.4.2
Answer list_users(db::Tx& tx, const ScimDeps& deps, const http::Call& call) {
    Json resources = Json::array();
    const auto& origin = deps.desk.origin;
    const auto start = std::max<std::int64_t>(call.form.number("startIndex").value_or(1), 1);
    const auto count = std::clamp<std::int64_t>(
        call.form.number("count").value_or(max_scim_results), 0, max_scim_results);
    if (const auto text = call.form.maybe_text("filter")) {
        const auto filter = educators::parse_scim_filter(*text);
        if (!filter) return filter.error();
        const auto user = find_filtered(tx, *filter);
        if (user && start == 1 && count > 0)
            resources.push_back(educators::render_scim_user(*user, origin));
        return scim_response(scim_list(resources, user ? 1 : 0, start));
    }
    for (const auto& user : db::scim_users::list(tx, start - 1, static_cast<int>(count)))
        resources.push_back(educators::render_scim_user(user, origin));
    return scim_response(scim_list(resources, db::scim_users::count(tx), start));
}

Result<db::ScimUser> find_user(db::Tx& tx, const http::Call& call) {
    const auto id = call.id<db::ScimUserTag>("id");
    const auto user = id ? db::scim_users::find(tx, *id) : std::nullopt;
    if (!user) {
        return Error{.kind = Error::Kind::NotFound,
                     .detail = "scim: no such user",
                     .shown = "There is no such user."};
    }
    return *user;
}

Answer show_user(db::Tx& tx, const ScimDeps& deps, const http::Call& call) {
    const auto user = find_user(tx, call);
    if (!user) return user.error();
    return user_response(deps.desk, *user);
}

Answer create_user(db::Tx& tx, const ScimDeps& deps, const http::Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    const auto fields = educators::parse_scim_user(*body);
    if (!fields) return fields.error();
    const auto user = educators::create_scim_user(tx, deps.desk, *fields, deps.now());
    if (!user) return user.error();
    constexpr int created = 201;
    return user_response(deps.desk, *user, created);
}

Answer replace_user(db::Tx& tx, const ScimDeps& deps, const http::Call& call) {
    const auto user = find_user(tx, call);
    if (!user) return user.error();
    const auto body = read_body(call.request);
    if (!body) return body.error();
    const auto fields = educators::parse_scim_user(*body);
    if (!fields) return fields.error();
    const auto changed = educators::change_scim_user(tx, deps.desk, user->id, *fields, deps.now());
    if (!changed) return changed.error();
    return user_response(deps.desk, *changed);
}

Answer patch_user(db::Tx& tx, const ScimDeps& deps, const http::Call& call) {
    const auto user = find_user(tx, call);
    if (!user) return user.error();
    const auto body = read_body(call.request);
    if (!body) return body.error();
    const auto fields = educators::patch_scim_user(educators::fields_of(*user), *body);
    if (!fields) return fields.error();
    const auto changed = educators::change_scim_user(tx, deps.desk, user->id, *fields, deps.now());
    if (!changed) return changed.error();
    return user_response(deps.desk, *changed);
}

Answer delete_user(db::Tx& tx, const ScimDeps& deps, const http::Call& call) {
    const auto user = find_user(tx, call);
    if (!user) return user.error();
    const auto done = educators::remove_scim_user(tx, deps.desk, user->id, deps.now());
    if (!done) return done.error();
    constexpr int no_content = 204;
    return http::Response{.status = no_content};
}

// GET /scim/v2/Groups: there are none. Directories ask before they push one.
Answer list_groups(db::Tx&, const ScimDeps&, const http::Call& call) {
    const auto start = std::max<std::int64_t>(call.form.number("startIndex").value_or(1), 1);
    return scim_response(scim_list(Json::array(), 0, start));
}

Answer no_group(db::Tx&, const ScimDeps&, const http::Call&) {
    return Error{.kind = Error::Kind::NotFound,
                 .detail = "scim: no such group",
                 .shown = "There is no such group."};
}

/// What RFC 7644 lets a service leave out (sections 3.7, 3.11, 3.12), and groups.
Answer not_implemented(db::Tx&, const ScimDeps&, const http::Call& call) {
    constexpr int status = 501;
    const bool is_group = call.request.path.ends_with("/Groups");
    return scim_error({.kind = Error::Kind::Unprocessable,
                       .detail = "scim: not implemented",
                       .shown = is_group
                                    ? "Groups are not kept here, only users. Please switch off "
                                      "their provisioning; that of users goes on."
                                    : "This is not served here. ServiceProviderConfig says what "
                                      "is."},
                      status);
}

Answer show_config(db::Tx&, const ScimDeps& deps, const http::Call&) {
    return scim_response(scim_provider_config(deps.desk.origin));
}

Answer list_types(db::Tx&, const ScimDeps& deps, const http::Call&) {
    return scim_response(scim_list(Json::array({scim_user_type(deps.desk.origin)}), 1, 1));
}

Answer show_type(db::Tx&, const ScimDeps& deps, const http::Call& call) {
    if (call.param("name") != "User") return Error{Error::Kind::NotFound, "scim: no such type"};
    return scim_response(scim_user_type(deps.desk.origin));
}

Answer list_schemas(db::Tx&, const ScimDeps& deps, const http::Call&) {
    return scim_response(
        scim_list(Json::array({scim_user_schema_document(deps.desk.origin)}), 1, 1));
}

Answer show_schema(db::Tx&, const ScimDeps& deps, const http::Call& call) {
    if (call.param("name") != educators::scim_user_schema)
        return Error{Error::Kind::NotFound, "scim: no such schema"};
    return scim_response(scim_user_schema_document(deps.desk.origin));
}

Answer run(const ScimDeps& deps, const http::Call& call, Handler handler) {
    db::Tx tx(deps.desk.pool);
    if (!educators::is_scim_token(tx, bearer_of(call.request), deps.now())) {
        return scim_error({.kind = Error::Kind::Unauthorized,
                           .detail = "scim: no token",
                           .shown = "This wants a token of `staffroom scim token make`."});
    }
    auto answer = handler(tx, deps, call);
    if (!answer) return scim_error(answer.error());
    tx.commit();
    return answer;
}

} // namespace

void add_scim_routes(http::Router& router, const ScimDeps& deps) {
    const auto add = [&](const char* method, const char* pattern, Handler handler) {
        router.add({.method = method,
                    .pattern = pattern,
                    .access = http::Access::Anyone, // The token is looked at in run().
                    .handler = [deps, handler](const http::Call& call) {
                        return run(deps, call, handler);
                    }});
    };
    add("GET", "/scim/v2/ServiceProviderConfig", show_config);
    add("GET", "/scim/v2/ResourceTypes", list_types);
    add("GET", "/scim/v2/ResourceTypes/{name}", show_type);
    add("GET", "/scim/v2/Schemas", list_schemas);
    add("GET", "/scim/v2/Schemas/{name}", show_schema);
    add("GET", "/scim/v2/Users", list_users);
    add("POST", "/scim/v2/Users", create_user);
    add("GET", "/scim/v2/Users/{id}", show_user);
    add("PUT", "/scim/v2/Users/{id}", replace_user);
    add("PATCH", "/scim/v2/Users/{id}", patch_user);
    add("DELETE", "/scim/v2/Users/{id}", delete_user);
    add("GET", "/scim/v2/Groups", list_groups);
    add("POST", "/scim/v2/Groups", not_implemented);
    for (const auto* method : {"GET", "PUT", "PATCH", "DELETE"}) {
        add(method, "/scim/v2/Groups/{id}", no_group);
        add(method, "/scim/v2/Me", not_implemented);
    }
    add("POST", "/scim/v2/Me", not_implemented);
    add("POST", "/scim/v2/Bulk", not_implemented);
}

} // namespace api
