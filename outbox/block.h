#pragma once

#include "base/id.h"
#include "base/result.h"
#include "db/tx.h"
#include "outbox/acting.h"

namespace outbox {

/// Blocks: follows end both ways, their notifications and posts go from the member's pages. A
/// remote server is told as Mastodon does it. Both are no error when it is so already. Errors:
/// NotFound; Forbidden (oneself).
Result<Done> block(db::Tx& tx, const Acting& acting, AccountId target);
Result<Done> unblock(db::Tx& tx, const Acting& acting, AccountId target);

} // namespace outbox
