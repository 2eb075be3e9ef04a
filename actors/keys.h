#pragma once

#include "base/guarded.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/tx.h"
#include "federation/signature.h"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace actors {

using SigningKey = federation::Signer;

/// The private keys of our actors, read once a minute at most and kept in bounded memory: reading a
/// key costs more than an Ed25519 signature. Safe from any thread.
class KeyRing {
  public:
    explicit KeyRing(Clock clock = system_now) : clock_(std::move(clock)) {}

    /// The RSA key with which `account` signs now. Errors: NotFound (not ours, or retired for
    /// good).
    Result<SigningKey> signing_key(db::Tx& tx, AccountId account);
    /// The Ed25519 key, for peers that take it.
    Result<SigningKey> ed25519_key(db::Tx& tx, AccountId account);

  private:
    struct Entry {
        SigningKey key;
        Time read_at{};
    };
    using Entries = std::unordered_map<AccountId, Entry>;
    Result<SigningKey> find(db::Tx& tx,
                            AccountId account,
                            std::string_view algorithm,
                            Guarded<Entries>& kept);

    Clock clock_;
    Guarded<Entries> rsa_;
    Guarded<Entries> ed25519_;
};

} // namespace actors
