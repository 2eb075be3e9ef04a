#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace db {

struct Block {
    std::int64_t id = 0;
    AccountId account{};
    AccountId target{};
    std::string uri{}; ///< Id of the Block activity; may be empty.
    Time created_at{};
};

} // namespace db

namespace db::blocks {

/// False when it stands already.
bool insert(Tx& tx, AccountId account, AccountId target, const std::string& uri);
/// Returns what stood there.
std::optional<Block> remove(Tx& tx, AccountId account, AccountId target);
std::optional<Block> find(Tx& tx, AccountId account, AccountId target);
/// Only what `account` sent.
std::optional<Block> find_by_uri(Tx& tx, AccountId account, const std::string& uri);
/// Has one of the two blocked the other?
bool exists_between(Tx& tx, AccountId a, AccountId b);
/// Which of `others` `account` has blocked, and which have blocked it.
std::vector<AccountId> blocked_among(Tx& tx,
                                     AccountId account,
                                     const std::vector<AccountId>& others);
std::vector<AccountId> blocking_among(Tx& tx,
                                      AccountId account,
                                      const std::vector<AccountId>& others);
std::vector<Block> list(Tx& tx, AccountId account, const Page& page);

} // namespace db::blocks
