#include "api/oauth.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "members/apps.h"
#include "members/authorization.h"
#include "members/scopes.h"

#include <algorithm>
#include <string_view>

namespace api {
namespace {

/// RFC 6749 section 5.2. Codes other than invalid_client are 400 there; a token of another app is
/// Mastodon's 403.
http::Response oauth_error(const Error& error) {
    const bool is_client = error.reason == "invalid_client";
    const int status = is_client ? 401 : error.kind == Error::Kind::Forbidden ? 403 : 400;
    auto response =
        http::json_response({{"error", error.reason}, {"error_description", error.shown}}, status);
    if (is_client) response.headers.set("WWW-Authenticate", "Basic realm=\"Staffroom\"");
    response.headers.set("Cache-Control", "no-store");
    return response;
}

Error invalid_request(std::string shown) {
    return {.kind = Error::Kind::Invalid,
            .detail = "OAuth: invalid_request",
            .shown = std::move(shown),
            .reason = "invalid_request"};
}

struct Credentials {
    std::string client_id{};
    std::optional<std::string> secret{};
};

/// RFC 6749 section 2.3.1: in the Authorization header (each part form-encoded) or in the body,
/// not in both.
Result<Credentials> read_credentials(const http::Call& call) {
    Credentials in_body{call.form.text("client_id"), call.form.maybe_text("client_secret")};
    const auto lines = call.request.headers.all("Authorization");
    const bool is_basic =
        lines.size() == 1 && lines[0].size() > 6 && iequals(lines[0].substr(0, 6), "Basic ");
    if (!is_basic) return in_body;
    if (in_body.secret && !in_body.secret->empty()) {
        return invalid_request("Two ways of client authentication at once.");
    }
    const auto pair = crypto::base64_decode(trim(lines[0].substr(6)));
    const auto colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) return invalid_request("No Basic credentials.");
    Credentials in_header{percent_decode(pair->substr(0, colon)),
                          percent_decode(pair->substr(colon + 1))};
    const auto& id = in_header.client_id;
    if (!is_valid_utf8(id) || id.find('\0') != std::string::npos) {
        return invalid_request("The client id is no text.");
    }
    if (!in_body.client_id.empty() && in_body.client_id != in_header.client_id) {
        return invalid_request("Two different client ids.");
    }
    return in_header;
}

Result<db::OauthApp> read_client(db::Tx& tx, const http::Call& call) {
    const auto credentials = read_credentials(call);
    if (!credentials) return credentials.error();
    return members::authenticate_client(tx, credentials->client_id, credentials->secret);
}

Result<members::Grant> make_grant(db::Tx& tx, const http::Call& call, Time now) {
    const auto type = call.form.text("grant_type");
    const auto app = read_client(tx, call);
    if (!app) return app.error();
    if (type == "authorization_code") {
        if (!call.form.has("code")) return invalid_request("The code is missing.");
        return members::exchange_code(tx,
                                      *app,
                                      {.code = call.form.text("code"),
                                       .redirect_uri = call.form.text("redirect_uri"),
                                       .code_verifier = call.form.maybe_text("code_verifier")},
                                      now);
    }
    if (type == "client_credentials") {
        return members::grant_to_app(tx, *app, call.form.text("scope"), now);
    }
    if (type.empty()) return invalid_request("The grant type is missing.");
    // No password grant: it would go around the second factor (ATTACKS O19).
    return Error{.kind = Error::Kind::Invalid,
                 .detail = "OAuth: unsupported_grant_type",
                 .shown = "Only authorization_code and client_credentials are spoken here.",
                 .reason = "unsupported_grant_type"};
}

// POST /oauth/token, docs.joinmastodon.org/methods/oauth/#token
Result<http::Response> token(const OAuthDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto grant = make_grant(tx, call, deps.now());
    // A refusal may have spent the code or revoked its tokens.
    tx.commit();
    if (!grant) return oauth_error(grant.error());
    return token_response(*grant);
}

// POST /oauth/revoke, RFC 7009
Result<http::Response> revoke(const OAuthDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto app = read_client(tx, call);
    if (!app) return oauth_error(app.error());
    const auto revoked = members::revoke_token(tx, *app, call.form.text("token"), deps.now());
    if (!revoked) return oauth_error(revoked.error());
    tx.commit();
    return http::json_response(Json::object());
}

// GET /oauth/userinfo, docs.joinmastodon.org/methods/oauth/#userinfo
Result<http::Response> userinfo(const OAuthDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto me = db::accounts::find(tx, call.me());
    if (!me) return Error{Error::Kind::Unauthorized, "no such account"};
    Json claims{
        {"iss", deps.instance.origin + "/"},
        {"sub", me->uri},
        {"name", me->display_name.empty() ? me->username : me->display_name},
        {"preferred_username", me->username},
        {"profile", me->url},
        {"picture",
         me->avatar_url.empty() ? deps.instance.origin + "/avatars/original/missing.png"
                                : me->avatar_url},
    };
    return http::json_response(claims);
}

// GET /.well-known/oauth-authorization-server, RFC 8414. Web clients use PKCE only where S256
// stands here.
Result<http::Response> metadata(const OAuthDeps& deps, const http::Call&) {
    const auto& origin = deps.instance.origin;
    auto response = http::json_response({
        {"issuer", origin + "/"},
        {"service_documentation", "https://docs.joinmastodon.org/"},
        {"authorization_endpoint", origin + "/oauth/authorize"},
        {"token_endpoint", origin + "/oauth/token"},
        {"app_registration_endpoint", origin + "/api/v1/apps"},
        {"revocation_endpoint", origin + "/oauth/revoke"},
        {"userinfo_endpoint", origin + "/oauth/userinfo"},
        {"scopes_supported", members::all_scopes()},
        {"response_types_supported", {"code"}},
        {"response_modes_supported", {"query"}},
        {"code_challenge_methods_supported", {"S256"}},
        {"grant_types_supported", {"authorization_code", "client_credentials"}},
        {"token_endpoint_auth_methods_supported",
         {"client_secret_basic", "client_secret_post", "none"}},
    });
    response.headers.set("Cache-Control", "public, max-age=3600");
    return response;
}

} // namespace

http::Response token_response(const members::Grant& grant) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(grant.created_at);
    auto response = http::json_response({
        {"access_token", grant.access_token},
        {"token_type", "Bearer"},
        {"scope", members::join_scopes(grant.scopes)},
        {"created_at", seconds.time_since_epoch().count()},
    });
    response.headers.set("Cache-Control", "no-store");
    return response;
}

void add_oauth_routes(http::Router& router, OAuthDeps deps) {
    using enum http::Access;
    const auto with =
        [&deps](Result<http::Response> (*handler)(const OAuthDeps&, const http::Call&)) {
            return [deps, handler](const http::Call& call) { return handler(deps, call); };
        };
    add_app_routes(router, deps);
    router.add({"POST", "/oauth/token", Anyone, "", with(token)});
    router.add({"POST", "/oauth/revoke", Anyone, "", with(revoke)});
    router.add({"GET", "/oauth/userinfo", Token, "profile", with(userinfo)});
    router.add({"GET", "/.well-known/oauth-authorization-server", Anyone, "", with(metadata)});
}

} // namespace api
