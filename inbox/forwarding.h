#pragma once

#include "db/statuses.h"
#include "db/tx.h"
#include "inbox/received.h"

namespace inbox {

/// Inbox forwarding (PROTOCOL section 13, ActivityPub section 7.1.2): what a peer's actor does
/// about an answer in a thread that one of ours began goes on to the remote followers of that
/// member, if it addresses them and carries a valid object proof; bytes unchanged, signed by the
/// member. Called once for an activity that is new here. Without proof: nothing.
void forward(db::Tx& tx, const Received& received, const db::Status& answer);

} // namespace inbox
