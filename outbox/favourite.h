#pragma once

#include "base/result.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"

namespace outbox {

/// Both return the post, and change nothing when it is so already.
/// Errors: NotFound (not there for this member).
Result<db::Status> favourite(db::Tx& tx, const Acting& acting, StatusId id);
Result<db::Status> unfavourite(db::Tx& tx, const Acting& acting, StatusId id);

} // namespace outbox
