#pragma once

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/oauth_apps.h"
#include "db/tx.h"
#include "db/users.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// From a member's consent to an access token: RFC 6749 section 4.1 and 4.4, PKCE (RFC 7636, S256
/// only), RFC 7009. Errors carry the protocol's error code as `reason`, a text for people as
/// `shown`.
namespace members {

constexpr std::chrono::minutes code_lifetime{10};

/// What an app asks for, as it came.
struct AuthorizationRequest {
    std::string client_id{};
    std::string redirect_uri{};
    std::string response_type{};
    std::string scope{};
    std::string state{};
    std::string code_challenge{};
    std::string code_challenge_method{};
};

/// A request that a member may agree to: what the page shows and the code will hold.
struct Authorization {
    db::OauthApp app{};
    std::string redirect_uri{};
    std::vector<std::string> scopes{};
    std::string code_challenge{};
};

/// The app, when `redirect_uri` is byte for byte one that it registered. Until this is sure the
/// browser must not be sent anywhere: errors are shown on a page.
/// Errors: Invalid.
Result<db::OauthApp> find_client(db::Tx& tx, const AuthorizationRequest& request);

/// Errors: Invalid; `reason` goes back to the app: unsupported_response_type, invalid_scope,
/// invalid_request (PKCE missing for a public client, or not S256).
Result<Authorization> check_authorization(db::OauthApp app,
                                          const AuthorizationRequest& request,
                                          db::Role role);

/// The member agreed. Returns the code; it holds for `code_lifetime`, once.
std::string grant_code(db::Tx& tx, const Authorization& authorization, AccountId account, Time now);

/// Where the browser goes with the outcome: the parameters are added to the registered address.
std::string redirect_with(std::string_view redirect_uri,
                          const std::vector<std::pair<std::string_view, std::string>>& parameters);

struct Grant {
    std::string access_token{};
    std::vector<std::string> scopes{};
    Time created_at{};
};

struct CodeExchange {
    std::string code{};
    std::string redirect_uri{};
    std::optional<std::string> code_verifier{};
};

/// Writes when it refuses, too: a code that was presented wrongly is spent, and one that was used
/// before takes its tokens with it (O03). Commit either way.
/// Errors: Invalid, reason "invalid_grant".
Result<Grant> exchange_code(db::Tx& tx,
                            const db::OauthApp& app,
                            const CodeExchange& exchange,
                            Time now);

/// The app's own token. Errors: Invalid, reason "invalid_scope"; Unauthorized,
/// "unauthorized_client" for a public client.
Result<Grant> grant_to_app(db::Tx& tx, const db::OauthApp& app, std::string_view scope, Time now);

/// The token of the app by which somebody joined, with the app's scopes; it opens nothing before
/// they are let in.
Grant grant_at_sign_up(db::Tx& tx, const db::OauthApp& app, AccountId account, Time now);

/// An unknown token is a success (RFC 7009 section 2.2).
/// Errors: Forbidden, reason "unauthorized_client", when it is another app's.
Result<Done> revoke_token(db::Tx& tx, const db::OauthApp& app, std::string_view token, Time now);

/// Whether the verifier made the challenge: 43 to 128 unreserved characters, SHA-256, base64url
/// without padding (RFC 7636 section 4.6).
bool is_verifier_of(std::string_view code_challenge, std::string_view code_verifier);
/// Whether a challenge and its method can be taken: S256, named, 43 characters of base64url.
bool is_s256_challenge(std::string_view code_challenge, std::string_view method);

} // namespace members
