#pragma once

#include "base/time.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <string_view>

namespace statuses {

/// Erases a post or a boost, ours or theirs: tombstone, counters of author, parent and boosted
/// post, boosts of it, notifications, home rows, favourites. Replies stay, without their parent.
/// Rights are the caller's to check. Safe to call twice.
void remove_status(db::Tx& tx, const db::Status& status, Time now);

/// Erases everything that an account posted; for an actor that is deleted or suspended for good.
/// At most `most` posts at a time; returns how many it erased, fewer than `most` when done.
int remove_statuses_of(db::Tx& tx, const db::Account& account, int most, Time now);

/// Bars a late Create of something that we never had (ATTACKS D16).
void bury(db::Tx& tx, std::string_view uri, const db::Account& author, Time now);

} // namespace statuses
