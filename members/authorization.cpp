#include "members/authorization.h"

#include "base/crypto.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "db/oauth_codes.h"
#include "db/oauth_tokens.h"
#include "members/permissions.h"
#include "members/scopes.h"
#include "members/tokens.h"

#include <algorithm>

namespace members {
namespace {

constexpr std::size_t challenge_length = 43;
constexpr std::size_t max_verifier_length = 128;

Error refused(Error::Kind kind, std::string reason, std::string shown) {
    return {.kind = kind,
            .detail = "OAuth: " + reason,
            .shown = std::move(shown),
            .reason = std::move(reason)};
}

Error invalid_grant() {
    return refused(Error::Kind::Invalid,
                   "invalid_grant",
                   "The code is wrong, was used, has expired, or was made for something else.");
}

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::vector<std::string> wanted_scopes(std::string_view scope) {
    auto wanted = split_scopes(scope);
    if (wanted.empty()) wanted.emplace_back("read");
    return wanted;
}

bool may_still_come_in(db::Tx& tx, AccountId account) {
    const auto user = db::users::find(tx, account);
    const auto row = db::accounts::find(tx, account);
    return user && user->state == db::MemberState::Active && row && !row->suspended_at &&
           !row->deleted_at;
}

// A code without a challenge takes no verifier: otherwise an attacker could leave the challenge
// out and the app would never notice (RFC 9700 section 4.8.2).
bool is_proven(const db::OauthCode& code, const std::optional<std::string>& verifier) {
    const bool has_verifier = verifier && !verifier->empty();
    if (code.code_challenge.empty()) return !has_verifier;
    return has_verifier && is_verifier_of(code.code_challenge, *verifier);
}

Grant grant(db::Tx& tx, db::OauthToken token) {
    Grant made{.access_token = crypto::random_token(),
               .scopes = token.scopes,
               .created_at = token.created_at};
    token.token_hash = stored_form(made.access_token);
    db::oauth_tokens::insert(tx, token);
    return made;
}

} // namespace

Result<db::OauthApp> find_client(db::Tx& tx, const AuthorizationRequest& request) {
    auto app = db::oauth_apps::find_by_client_id(tx, request.client_id);
    if (!app) {
        return refused(Error::Kind::Invalid,
                       "invalid_client",
                       "This app is not known here. Please connect it again from the app.");
    }
    if (std::ranges::find(app->redirect_uris, request.redirect_uri) == app->redirect_uris.end()) {
        return refused(Error::Kind::Invalid,
                       "invalid_request",
                       "The app asked to be sent to an address that it did not register.");
    }
    return std::move(*app);
}

Result<Authorization> check_authorization(db::OauthApp app,
                                          const AuthorizationRequest& request,
                                          db::Role role) {
    if (request.response_type != "code") {
        return refused(Error::Kind::Invalid,
                       "unsupported_response_type",
                       "Only the response type \"code\" is spoken here.");
    }
    const bool has_challenge =
        !request.code_challenge.empty() || !request.code_challenge_method.empty();
    if (has_challenge &&
        !is_s256_challenge(request.code_challenge, request.code_challenge_method)) {
        return refused(
            Error::Kind::Invalid, "invalid_request", "PKCE is taken with the method S256 only.");
    }
    if (!app.confidential && !has_challenge) {
        return refused(
            Error::Kind::Invalid, "invalid_request", "Apps without a secret must use PKCE.");
    }
    auto scopes = allowed_scopes(role, common_scopes(app.scopes, wanted_scopes(request.scope)));
    if (scopes.empty()) {
        return refused(Error::Kind::Invalid,
                       "invalid_scope",
                       "The app asked for nothing that it registered and you can give.");
    }
    return Authorization{.app = std::move(app),
                         .redirect_uri = request.redirect_uri,
                         .scopes = std::move(scopes),
                         .code_challenge = request.code_challenge};
}

std::string grant_code(db::Tx& tx,
                       const Authorization& authorization,
                       AccountId account,
                       Time now) {
    auto code = crypto::random_token();
    db::oauth_codes::insert(tx,
                            {.code_hash = stored_form(code),
                             .app = authorization.app.id,
                             .account = account,
                             .redirect_uri = authorization.redirect_uri,
                             .scopes = authorization.scopes,
                             .code_challenge = authorization.code_challenge,
                             .created_at = now});
    return code;
}

std::string redirect_with(std::string_view redirect_uri,
                          const std::vector<std::pair<std::string_view, std::string>>& parameters) {
    std::string target(redirect_uri);
    bool has_query = target.find('?') != std::string::npos;
    for (const auto& [name, value] : parameters) {
        if (value.empty()) continue;
        target.append(has_query ? "&" : "?").append(name).append("=").append(percent_encode(value));
        has_query = true;
    }
    return target;
}

Result<Grant> exchange_code(db::Tx& tx,
                            const db::OauthApp& app,
                            const CodeExchange& exchange,
                            Time now) {
    const auto code_hash = stored_form(exchange.code);
    const auto code = db::oauth_codes::use(tx, code_hash, now);
    if (!code) {
        db::oauth_tokens::revoke_of_code(tx, code_hash, now);
        return invalid_grant();
    }
    if (code->app != app.id || code->redirect_uri != exchange.redirect_uri ||
        now - code->created_at >= code_lifetime || !is_proven(*code, exchange.code_verifier) ||
        !may_still_come_in(tx, code->account)) {
        return invalid_grant();
    }
    return grant(tx,
                 {.app = app.id,
                  .account = code->account,
                  .scopes = code->scopes,
                  .code_hash = code_hash,
                  .created_at = now});
}

Result<Grant> grant_to_app(db::Tx& tx, const db::OauthApp& app, std::string_view scope, Time now) {
    if (!app.confidential) {
        return refused(Error::Kind::Invalid,
                       "unauthorized_client",
                       "An app without a secret cannot act for itself.");
    }
    // An app has no role, and so no admin:* scopes.
    auto scopes = allowed_scopes(db::Role::Member, common_scopes(app.scopes, wanted_scopes(scope)));
    if (scopes.empty()) {
        return refused(
            Error::Kind::Invalid, "invalid_scope", "The app asked for nothing that it registered.");
    }
    return grant(tx, {.app = app.id, .scopes = std::move(scopes), .created_at = now});
}

Grant grant_at_sign_up(db::Tx& tx, const db::OauthApp& app, AccountId account, Time now) {
    return grant(tx,
                 {.app = app.id,
                  .account = account,
                  .scopes = allowed_scopes(db::Role::Member, app.scopes),
                  .created_at = now});
}

Result<Done> revoke_token(db::Tx& tx, const db::OauthApp& app, std::string_view token, Time now) {
    const auto found = db::oauth_tokens::find(tx, stored_form(token));
    if (!found) return Done{};
    if (found->app != app.id) {
        return refused(Error::Kind::Forbidden,
                       "unauthorized_client",
                       "You are not authorized to revoke this token");
    }
    db::oauth_tokens::revoke(tx, found->id, now);
    return Done{};
}

bool is_verifier_of(std::string_view code_challenge, std::string_view code_verifier) {
    if (code_verifier.size() < challenge_length || code_verifier.size() > max_verifier_length) {
        return false;
    }
    const bool is_unreserved = std::ranges::all_of(code_verifier, [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
    });
    return is_unreserved && crypto::equal_constant_time(
                                crypto::base64url(crypto::sha256(code_verifier)), code_challenge);
}

bool is_s256_challenge(std::string_view code_challenge, std::string_view method) {
    return method == "S256" && code_challenge.size() == challenge_length &&
           std::ranges::all_of(code_challenge,
                               [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

} // namespace members
