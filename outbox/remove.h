#pragma once

#include "base/result.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"

namespace outbox {

/// Deletes one of the author's posts everywhere: rows here, a Tombstone, a Delete to every inbox
/// that ever got it. Returns what it was (clients want its text back). Errors: NotFound when it is
/// not the author's own.
Result<db::Status> remove(db::Tx& tx, const Acting& acting, StatusId id);

/// The same for a post of ours that is no boost, when its time is over (outbox/records.h).
void remove_post(db::Tx& tx, const db::Account& author, const db::Status& status, Time now);

/// Tells every host that may know this member that the account is gone. The rows are the caller's.
void announce_deletion(db::Tx& tx, const db::Account& account);

} // namespace outbox
