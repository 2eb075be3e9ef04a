#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/tx.h"

namespace outbox {

/// Asks a house to let ours in: queues a Follow of its server actor by ours, which waits for an
/// answer in `peers` (POLICY section 1). Asked again, it is the same Follow; nothing once they have
/// accepted. Returns whether it asked.
bool ask_to_peer(db::Tx& tx,
                 const Instance& instance,
                 const db::Account& server_actor,
                 const db::Account& theirs,
                 Time now);

} // namespace outbox
