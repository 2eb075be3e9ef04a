#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <utility>
#include <vector>

namespace db {

/// How two accounts stand to each other.
struct Relation {
    AccountId one{};
    AccountId other{};
    bool other_blocks_one = false;
    bool other_follows_one = false; ///< Accepted.
    bool one_follows_other = false; ///< Accepted.
};

} // namespace db

namespace db::relations {

/// For each pair of (one, other), in one statement.
std::vector<Relation> list(Tx& tx, const std::vector<std::pair<AccountId, AccountId>>& pairs);

} // namespace db::relations
