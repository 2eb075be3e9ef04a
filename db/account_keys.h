#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `account_keys`: a key of one of our actors (with its private half) or of a remote one.
struct AccountKey {
    std::string key_uri{};
    AccountId account{};
    std::string algorithm = "rsa"; ///< "rsa" or "ed25519".
    std::string public_pem{};      ///< SPKI.
    std::string private_pem{};     ///< PKCS#8; empty for remote keys.
    Time created_at{};
    std::optional<Time> retired_at{}; ///< Ours: from then on it signs no longer; may lie ahead.
};

} // namespace db

namespace db::account_keys {

void insert(Tx& tx, const AccountKey& key);
std::optional<AccountKey> find(Tx& tx, std::string_view key_uri);
/// Newest first.
std::vector<AccountKey> list(Tx& tx, AccountId account);

/// The key of ours that signs at `now`: of those not yet retired the oldest, so that a new key is
/// published some time before it signs.
std::optional<AccountKey> find_signing(Tx& tx,
                                       AccountId account,
                                       std::string_view algorithm,
                                       Time now);
/// The newest key of ours that is not retired at `now`: what the actor's document shows.
std::optional<AccountKey> find_published(Tx& tx, AccountId account, std::string_view algorithm);
/// Every key of `account` but those created at or after `created` retires at `at`.
void retire_before(Tx& tx, AccountId account, Time created, Time at);

/// Writes a remote key; a key id that belongs to another account is left as it is (false).
bool put_remote(Tx& tx, const AccountKey& key);
/// The remote keys of `account` that its document no longer lists.
void remove_others(Tx& tx, AccountId account, const std::vector<std::string>& kept);
/// For administrators: a key was exchanged.
void record_change(Tx& tx, AccountId account, std::string_view old_pem, std::string_view new_pem);

} // namespace db::account_keys
