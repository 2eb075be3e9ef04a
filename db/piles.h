#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <vector>

/// Piles that our own people make up on somebody elsewhere, and shields whose moderators were told.
namespace db::piles {

/// True when none on this person began in the 72 hours before: then it begins now.
bool begin(Tx& tx, AccountId target, Time now);
/// Members of ours who came near that person since then.
std::vector<AccountId> members(Tx& tx, AccountId target, Time since);
/// True, and written down, when that member was not asked to slow down in the 72 hours before.
bool claim_slow_down(Tx& tx, AccountId member, AccountId target, Time now);

/// Whose shields went up by themselves and nobody was told of; each once.
std::vector<AccountId> claim_untold_shields(Tx& tx, Time now);

} // namespace db::piles
