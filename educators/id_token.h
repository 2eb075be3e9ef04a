#pragma once

#include "base/json.h"
#include "base/jws.h"
#include "base/result.h"
#include "base/time.h"

#include <chrono>
#include <string>
#include <string_view>

namespace educators {

/// Clocks may differ by so much, both ways.
constexpr std::chrono::seconds id_token_skew{60};
/// A token is made in the moment of the sign-on; an old one was kept by somebody.
constexpr std::chrono::minutes id_token_max_age{10};

/// What an ID token must say to be one of this sign-on.
struct IdTokenRules {
    std::string issuer{};
    std::string client_id{};
    std::string nonce{};
    Time now{};
};

/// Whether the claims of a token are for us, now, and an answer to this sign-on: iss, aud (ours and
/// nobody else's), azp, exp, iat, nbf, nonce, sub. Pure; says nothing of the signature.
///
/// Errors: Unauthorized, with what was wrong for the log.
/// Source: OpenID Connect Core 1.0, section 3.1.3.7
Result<Done> check_claims(const Json& claims, const IdTokenRules& rules);

} // namespace educators
