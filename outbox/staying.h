#pragma once

#include "base/result.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "outbox/acting.h"

namespace outbox {

/// find_self() for what an account that moved away does no longer: post, boost, vote, follow.
/// Errors: Forbidden when it has moved, with a text to show; and those of find_self().
Result<db::Account> find_staying_self(db::Tx& tx, const Acting& acting);

} // namespace outbox
