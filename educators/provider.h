#pragma once

#include "base/guarded.h"
#include "base/jws.h"
#include "educators/id_token.h"
#include "educators/sign_on_terms.h"
#include "http/client.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace educators {

/// What the provider's discovery document says (OpenID Connect Discovery 1.0).
struct ProviderFacts {
    std::string authorization_endpoint{};
    std::string token_endpoint{};
    std::string userinfo_endpoint{}; ///< "": it has none.
    std::string jwks_uri{};
    bool secret_in_body = false; ///< It takes no Basic authentication.
    bool names_issuer = false;   ///< The way back must carry `iss` (RFC 9207).
};
/// Errors: Invalid (another issuer, an endpoint missing or not https, no code flow).
Result<ProviderFacts> parse_discovery(const Json& document, const SignOnTerms& terms);

/// How often keys are fetched because a token names one that we do not know: whoever sends such
/// tokens must not make us knock all the time.
constexpr std::chrono::seconds key_refetch_pause{30};
/// How long discovery and keys are kept without a look.
constexpr std::chrono::hours provider_facts_good_for{1};

/// The district's OpenID provider. Remembers its documents; safe from any thread. `client` must
/// outlive it.
class Provider {
  public:
    Provider(http::Client& client, SignOnTerms terms, std::string redirect_uri);

    const SignOnTerms& terms() const { return terms_; }

    struct Challenge {
        std::string state{};
        std::string nonce{};
        std::string code_challenge{}; ///< S256.
    };
    /// Where the browser is sent. Errors: Unavailable, Invalid (the discovery document).
    Result<std::string> authorization_url(const Challenge& challenge, Time now);

    struct Answer {
        std::string code{};
        std::string verifier{};
        std::string nonce{};
        std::string issuer{}; ///< The `iss` of the way back; "": none.
    };
    /// Redeems the code and checks everything. What comes back is true.
    /// Errors: Unauthorized (the token does not hold), Forbidden (another district), Invalid,
    /// Unavailable.
    Result<SignOnIdentity> identify(const Answer& answer, Time now);

    /// For the doctor: discovery and keys, fetched now. Errors: Unavailable, Invalid.
    Result<Done> check(Time now);

  private:
    struct Known {
        std::optional<ProviderFacts> facts{};
        Time facts_at{};
        std::vector<jws::Key> keys{};
        Time keys_at{};
        Time refetched_at{};
    };

    Result<Json> fetch_json(const http::Outgoing& request);
    Result<ProviderFacts> load_facts(Time now);
    Result<std::vector<jws::Key>> fetch_keys(const std::string& uri, Time now);
    Result<std::vector<jws::Key>> find_keys(const ProviderFacts& facts, Time now);
    bool may_refetch(Time now);
    Result<Json> redeem(const ProviderFacts& facts, const Answer& answer);
    Result<Json> verified_claims(const ProviderFacts& facts,
                                 std::string_view id_token,
                                 const std::string& nonce,
                                 Time now);
    Result<Json> with_userinfo(const ProviderFacts& facts,
                               Json claims,
                               const std::string& access_token);

    http::Client& client_;
    SignOnTerms terms_;
    std::string redirect_uri_;
    Guarded<Known> known_;
};

} // namespace educators
