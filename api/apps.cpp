#include "members/apps.h"

#include "api/oauth.h"
#include "base/text.h"
#include "db/oauth_apps.h"
#include "db/tx.h"
#include "members/scopes.h"

#include <fmt/format.h>

namespace api {
namespace {

/// `redirect_uris` is a list, or one text with a URI per line.
std::vector<std::string> read_redirect_uris(const http::Form& form) {
    std::vector<std::string> uris;
    for (const std::string& entry : form.list("redirect_uris")) {
        std::string_view rest = entry;
        while (!rest.empty()) {
            const auto end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
            if (end > 0) uris.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return uris;
}

/// RFC 7591 section 2: an app that cannot keep a secret says so.
members::ClientKind read_kind(const http::Form& form) {
    const bool is_public =
        form.text("token_endpoint_auth_method") == "none" || !form.flag_or("confidential", true);
    return is_public ? members::ClientKind::Public : members::ClientKind::Confidential;
}

Json render_application(const db::OauthApp& app, const std::string& vapid_key) {
    return {
        {"id", to_string(app.id)},
        {"name", app.name},
        {"website", app.website.empty() ? Json(nullptr) : Json(app.website)},
        {"scopes", app.scopes},
        {"redirect_uris", app.redirect_uris},
        {"redirect_uri", fmt::format("{}", fmt::join(app.redirect_uris, "\n"))},
        {"vapid_key", vapid_key},
    };
}

// POST /api/v1/apps, docs.joinmastodon.org/methods/apps/#create
Result<http::Response> create_app(const OAuthDeps& deps, const http::Call& call) {
    const members::AppDraft draft{
        .name = call.form.text("client_name"),
        .website = call.form.text("website"),
        .redirect_uris = read_redirect_uris(call.form),
        .scopes = members::split_scopes(call.form.text("scopes")),
        .kind = read_kind(call.form),
    };
    db::Tx tx(deps.pool);
    const auto made = members::register_app(tx, draft);
    if (!made) return made.error();
    tx.commit();
    auto entity = render_application(made->app, deps.vapid_key);
    entity["client_id"] = made->app.client_id;
    if (made->app.confidential) {
        entity["client_secret"] = made->secret;
        entity["client_secret_expires_at"] = 0;
    } else {
        entity["token_endpoint_auth_method"] = "none";
    }
    auto response = http::json_response(entity);
    response.headers.set("Cache-Control", "no-store");
    return response;
}

// GET /api/v1/apps/verify_credentials, docs.joinmastodon.org/methods/apps/#verify_credentials
Result<http::Response> verify_credentials(const OAuthDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto app = db::oauth_apps::find(tx, call.caller.app);
    if (!app) return Error{Error::Kind::Unauthorized, "no such app"};
    return http::json_response(render_application(*app, deps.vapid_key));
}

} // namespace

void add_app_routes(http::Router& router, const OAuthDeps& deps) {
    using enum http::Access;
    router.add({"POST", "/api/v1/apps", Anyone, "", [deps](const http::Call& call) {
                    return create_app(deps, call);
                }});
    router.add(
        {"GET", "/api/v1/apps/verify_credentials", AppToken, "", [deps](const http::Call& call) {
             return verify_credentials(deps, call);
         }});
}

} // namespace api
