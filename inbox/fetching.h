#pragma once

#include "inbox/item.h"
#include "inbox/worker.h"

namespace inbox {

/// Fetches what the item's row needs (DESIGN section 2, step 9). No transaction is open. What is
/// missing afterwards the handler has to do without; what may come back sets item.later.
/// At most 20 fetches for one activity (PROTOCOL section 19).
void fetch_needs(Item& item, const Work& work);

/// The inner actor of a group's Announce, when it is not stored yet.
void fetch_sender(Item& item, const Work& work);

} // namespace inbox
