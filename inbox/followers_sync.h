#pragma once

#include "base/time.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "inbox/incoming.h"
#include "inbox/worker.h"
#include "jobs/worker.h"

/// Receiving side of FEP-8fcf: a peer says which of ours it thinks follow its actor.
namespace inbox {

/// When the digest does not fit our rows: asks for the list, at most once an hour per sender.
void queue_followers_sync(db::Tx& tx, const db::Account& sender, const SyncClaim& claim, Time now);

/// Reads the list and mends both sides: ours who are not on it lose the follow, those on it who do
/// not follow here get an Undo sent. An unreadable or truncated list changes nothing; an empty one
/// is honoured once a day and logged (ATTACKS B19).
jobs::Kind followers_sync_kind(const Work& work);

} // namespace inbox
