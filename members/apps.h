#pragma once

#include "base/result.h"
#include "db/oauth_apps.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The programs that members let in. RFC 6749, RFC 8252, RFC 9700.
namespace members {

/// The code is shown as text instead of sent to an address.
constexpr std::string_view out_of_band = "urn:ietf:wg:oauth:2.0:oob";

enum class ClientKind { Confidential, Public };

struct AppDraft {
    std::string name{};
    std::string website{};                    ///< Empty: none.
    std::vector<std::string> redirect_uris{}; ///< At least one.
    std::vector<std::string> scopes{};        ///< Empty: "read".
    ClientKind kind = ClientKind::Confidential;
};

struct NewApp {
    db::OauthApp app{};
    std::string secret{}; ///< Shown once; "" for a public client, which must use PKCE.
};

/// Errors: Unprocessable, with a text to show.
Result<NewApp> register_app(db::Tx& tx, const AppDraft& draft);

/// Whether an app may register this address: https; http on this machine (RFC 8252 section 7.3);
/// an app's own scheme; out of band. No user, no fragment, nothing that a browser runs or opens
/// (ATTACKS O01).
bool may_redirect_to(std::string_view uri);

/// Who asks at the token endpoint. Errors: Unauthorized, reason "invalid_client".
Result<db::OauthApp> authenticate_client(db::Tx& tx,
                                         std::string_view client_id,
                                         const std::optional<std::string>& secret);

} // namespace members
