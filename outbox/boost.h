#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <string_view>

namespace outbox {

/// Boosts a public or unlisted post (or one's own followers-only post); of a boost, what it boosts.
/// Returns the boost; the standing one when there is one already. One that needs the author's leave
/// (statuses/policy.h) goes to that author alone, and is "direct" until end_waiting().
/// Errors: NotFound (not there for this member), Forbidden (may not be boosted).
Result<db::Status> boost(db::Tx& tx,
                         const Acting& acting,
                         StatusId id,
                         db::Visibility visibility = db::Visibility::Public);

/// Takes it back; `id` is the post or the boost. Returns the post. No error when there was none.
/// Errors: NotFound.
Result<db::Status> unboost(db::Tx& tx, const Acting& acting, StatusId id);

/// The author's word on a boost that waited: with the stamp it goes to everybody whom it is for,
/// without one ("") it goes away.
void end_waiting(db::Tx& tx, db::Status boost, std::string_view stamp_uri, Time now);

/// The Announce, with the stamp of the boosted author where they gave one.
Json render_boost(db::Tx& tx,
                  const db::Status& boost,
                  const db::Status& original,
                  const db::Account& booster,
                  const db::Account& author);

} // namespace outbox
