#pragma once

#include "base/result.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"

namespace outbox {

constexpr int max_pins = 5;

/// Shows one's own post at the head of the profile; tells followers by Add and Remove.
/// Errors: NotFound; Unprocessable (another's post, a boost, a direct one, or five already).
Result<db::Status> pin(db::Tx& tx, const Acting& acting, StatusId id);
Result<db::Status> unpin(db::Tx& tx, const Acting& acting, StatusId id);

} // namespace outbox
