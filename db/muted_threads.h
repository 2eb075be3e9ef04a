#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <cstdint>
#include <vector>

/// Threads of which a member wants no notifications.
namespace db::muted_threads {

void insert(Tx& tx, AccountId account, std::int64_t thread);
void remove(Tx& tx, AccountId account, std::int64_t thread);
/// Which of `threads` the account has muted.
std::vector<std::int64_t> among(Tx& tx,
                                AccountId account,
                                const std::vector<std::int64_t>& threads);

} // namespace db::muted_threads
