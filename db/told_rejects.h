#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

/// When a sender was last told why something of theirs was refused.
namespace db::told_rejects {

/// True, and written down, when `account` was told nothing in the hour before `now`.
bool claim(Tx& tx, AccountId account, Time now);

} // namespace db::told_rejects
