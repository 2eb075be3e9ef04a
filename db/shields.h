#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace db {

/// Strangers are kept at a distance from a member until then.
struct Shield {
    AccountId account{};
    Time raised_at{};
    Time until{};
    std::string raised_by{}; ///< "burst", "command line", or an account's uri.
};

/// How many strangers came near a member.
struct Approaches {
    std::int64_t in_10_minutes = 0; ///< Different ones.
    std::int64_t in_6_hours = 0;
    double normal_6_hours = 0; ///< The average of the 28 days before.
    std::int64_t followers = 0;
};

} // namespace db

namespace db::shields {

/// False when there is one that lasts as long.
bool raise(Tx& tx, const Shield& shield);
bool lower(Tx& tx, AccountId account, Time now);
std::optional<Shield> find(Tx& tx, AccountId account, Time now);
std::vector<Shield> list(Tx& tx, Time now);
/// Who of these has one up.
std::vector<AccountId> shielded(Tx& tx, const std::vector<AccountId>& accounts, Time now);
/// Which of these pairs (member, other) are known to each other, as knows() of migration 0194 says.
std::vector<std::pair<AccountId, AccountId>> known(
    Tx& tx, const std::vector<std::pair<AccountId, AccountId>>& pairs);

void note_approach(Tx& tx, AccountId target, AccountId from, Time at);
Approaches approaches(Tx& tx, AccountId target, Time now);
void remove_approaches_before(Tx& tx, Time limit);

} // namespace db::shields
