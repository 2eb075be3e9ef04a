#pragma once

#include "actors/resolve.h"
#include "base/crypto.h"
#include "base/guarded.h"
#include "base/result.h"
#include "federation/signature.h"
#include "http/message.h"
#include "http/router.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace actors {

/// A key and whose it is.
struct KeyOwner {
    AccountId account{}; ///< 0: a server actor that is not stored (peering).
    std::string uri{};
    std::string host{}; ///< As in `peers`.
    crypto::PublicKey key;
};

/// Finds out who signed (PROTOCOL section 6). Safe from any thread.
class Signers {
  public:
    struct Deps {
        Resolver& resolver;
        federation::Receiver receiver;
        /// moderation's decision (Peers::may_contact); this layer does not know it.
        std::function<bool(std::string_view host)> may_contact;
    };
    explicit Signers(Deps deps) : deps_(std::move(deps)) {}

    /// From memory or the database, without network.
    std::optional<KeyOwner> find_known(const std::string& key_id);

    /// Known or fetched: an actor, a stub or a key document; the owner is fetched, is on the key's
    /// origin and lists the key (ATTACKS A10 to A12). What fails is remembered, and a host gets at
    /// most 60 such fetches a minute (B11).
    /// Errors: Unauthorized; Unavailable and RateLimited when the peer should try again.
    Result<KeyOwner> signer_of(const std::string& key_id);

    /// After a signature did not fit a known key: reads the owner again, at most once in 5 minutes
    /// per actor, and gives its key of that id. Errors: as signer_of.
    Result<KeyOwner> refetch(const std::string& key_id);

    /// Who signed a GET: parsed, from an allowed host, key found, verified. For http::Recognise.
    /// Errors: Unauthorized; Forbidden (host) with a reason code.
    Result<http::Signer> verified_signer(const http::Request& request);

    /// Verifies with the known key and, when it does not fit, once more with a fresh one.
    Result<KeyOwner> verify(const federation::ParsedSignature& signature);

    /// The key of that account changed: forget it.
    void forget(const std::string& key_id);

    const Deps& deps() const { return deps_; }

  private:
    struct Known {
        KeyOwner owner;
        Time read_at{};
    };
    struct Budget {
        Time window{};
        int fetches = 0;
    };
    void remember(const std::string& key_id, const KeyOwner& owner);
    Result<KeyOwner> fetch_owner(const std::string& key_id);
    Result<db::Account> fetch_account(const std::string& key_id, const std::string& url);
    bool spend_budget(const std::string& host);

    Deps deps_;
    Guarded<std::unordered_map<std::string, Known>> known_;
    Guarded<std::unordered_map<std::string, Budget>> budgets_;
    Guarded<std::unordered_map<std::string, Time>> refetched_;
};

} // namespace actors
