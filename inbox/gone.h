#pragma once

#include "base/time.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "inbox/worker.h"
#include "jobs/worker.h"

#include <string>

/// The end of an actor.
namespace inbox {

/// Its follows both ways end now; what it posted goes in jobs. False when it was deleted before.
bool delete_actor(db::Tx& tx, const db::Account& account, Time now);

/// A Delete of itself came from an actor that we know, but nobody can verify it: the key went with
/// the actor. Asks its origin in a job, at most once an hour per actor. Nothing for strangers.
void queue_gone_check(db::Tx& tx, const std::string& actor_uri, Time now);

/// Only a 410 of the actor's own address deletes it (PROTOCOL section 12, ATTACKS A34).
jobs::Kind gone_check_kind(const Work& work);

} // namespace inbox
