#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `attestations`: what our server actor signed of one of ours.
struct Attestation {
    std::string uri{};
    AccountId account{};
    std::string kind{};      ///< As on the wire.
    std::string assurance{}; ///< As on the wire.
    std::string region{};
    Time valid_from{};
    Time valid_until{};
    std::int64_t list = 0;
    std::int64_t list_index = 0;
    std::string key_uri{};
    std::string credential{}; ///< The signed document.
    std::string issued_by{};  ///< "roster", "command line", an account's uri.
    Time created_at{};
    std::optional<Time> revoked_at{};
    std::string revoke_reason{};
    bool for_cause = false;

    bool is_good(Time at) const { return !revoked_at && valid_from <= at && at < valid_until; }
};

/// Why and how one ends.
struct AttestationEnd {
    std::string reason{};
    bool for_cause = false; ///< Sponsors answer for it.
};

} // namespace db

namespace db::attestations {

/// Until the end of the transaction nobody else changes what is attested of the account.
void lock(Tx& tx, AccountId account);

/// The newest of the account, also when it was revoked or is over.
std::optional<Attestation> find_standing(Tx& tx, AccountId account);

/// The list of that school year that still has room, made when there is none; counts one place.
std::int64_t take_list(Tx& tx, Time year_end, std::int64_t most);
bool list_exists(Tx& tx, std::int64_t list);

/// False when the place in the list is taken. The account has no standing one.
bool insert(Tx& tx, const Attestation& attestation);
/// The standing one stands no longer; it stays valid.
void set_replaced(Tx& tx, AccountId account, Time at);
/// All of the account that are not over. Returns how many.
int revoke(Tx& tx, AccountId account, const AttestationEnd& end, Time at);

/// Places in the list whose attestations were revoked.
std::vector<std::int64_t> revoked_indexes(Tx& tx, std::int64_t list);

/// Good ones that another key than this one signed.
std::vector<Attestation> list_signed_otherwise(Tx& tx, std::string_view key_uri, Time at, int most);

/// Brings `accounts.attested` of these up to date; copies of status lists from before `lost_before`
/// do not count.
void refresh_marks(Tx& tx, const std::vector<AccountId>& accounts, Time at, Time lost_before);
/// The same for everybody whose mark time may have changed.
void refresh_all_marks(Tx& tx, Time at, Time lost_before);

} // namespace db::attestations
