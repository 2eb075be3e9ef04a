#pragma once

#include "base/time.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <vector>

namespace timelines {

/// Shows a status that was just stored, ours or a peer's, post or boost, to our members: home rows
/// for the author and the followers, notifications for those mentioned and for those who asked to
/// be told of each post, and a direct one stands in their conversations. Mentions must be stored
/// before. Does nothing for a `limit` verdict (status.muted_reach). Safe to call twice.
///
/// The notification of a boost or quote to the other post's author is the caller's (notify).
void fan_out(db::Tx& tx, const db::Status& status, Time now);

/// After an edit: those whom it mentions for the first time.
void notify_new_mentions(db::Tx& tx,
                         const db::Status& status,
                         const std::vector<AccountId>& added,
                         Time now);

} // namespace timelines
