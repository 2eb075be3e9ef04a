#pragma once

#include "base/result.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"

namespace outbox {

/// Boosts a public or unlisted post (or one's own followers-only post); of a boost, what it boosts.
/// Returns the boost; the standing one when there is one already.
/// Errors: NotFound (not there for this member), Forbidden (may not be boosted).
Result<db::Status> boost(db::Tx& tx,
                         const Acting& acting,
                         StatusId id,
                         db::Visibility visibility = db::Visibility::Public);

/// Takes it back; `id` is the post or the boost. Returns the post. No error when there was none.
/// Errors: NotFound.
Result<db::Status> unboost(db::Tx& tx, const Acting& acting, StatusId id);

} // namespace outbox
