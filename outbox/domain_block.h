#pragma once

#include "base/result.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <string_view>

namespace outbox {

/// The member does not want to hear of a server any more: follows with its people end both ways
/// (and they are told), what they caused goes from the notifications, they may not follow again,
/// nor see the member's posts. Twice is once. Errors: Unprocessable (no host name, or our own).
Result<Done> block_domain(db::Tx& tx, const Acting& acting, std::string_view domain);
/// Follows that ended stay ended.
Result<Done> unblock_domain(db::Tx& tx, const Acting& acting, std::string_view domain);

} // namespace outbox
