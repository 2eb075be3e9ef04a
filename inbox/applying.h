#pragma once

#include "db/tx.h"
#include "inbox/item.h"
#include "inbox/worker.h"

namespace inbox {

/// What an item does to rows: the handler's work, or what its verdict asks for. Safe to run twice.
void apply_item(db::Tx& tx, const Work& work, const Item& item);

/// Tells a sender that something of theirs was refused: a Reject by the server actor, at most one
/// per sender and hour, none to hosts that are not allowed (POLICY section 2).
void tell_reject(db::Tx& tx,
                 const House& house,
                 const db::Account& sender,
                 const federation::Activity& activity,
                 Time now);

} // namespace inbox
