#pragma once

#include "db/statuses.h"
#include "db/tx.h"

namespace statuses {

/// Inserts a post or boost, ours or theirs, and counts it: public and unlisted ones on their author
/// and parent (counters tell nothing of private posts, ATTACKS P08), a boost on what it boosts.
/// False, and nothing written, when its uri or the account's boost is here already.
bool store(db::Tx& tx, const db::Status& status);

} // namespace statuses
