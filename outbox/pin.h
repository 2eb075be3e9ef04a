#pragma once

#include "base/result.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"

namespace outbox {

/// Shows one's own post at the head of the profile; tells followers by Add and Remove.
/// Errors: NotFound; Unprocessable (another's post, a boost, a direct one, or db::pins::max_pins
/// already).
Result<db::Status> pin(db::Tx& tx, const Acting& acting, StatusId id);
Result<db::Status> unpin(db::Tx& tx, const Acting& acting, StatusId id);

} // namespace outbox
