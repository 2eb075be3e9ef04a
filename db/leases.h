#pragma once

#include "db/tx.h"

namespace db::leases {

/// Every server holds this, shared, on the connection that listens, as long as it lives.
extern const char* const hold_as_server;

/// Jobs and deliveries that a server held when it was killed are free again at once, if no other
/// server lives that may hold them (then their leases end by themselves). Call before the first
/// claim of this process. Each counts as interrupted. Returns whether it was alone.
bool release_if_alone(Tx& tx);

/// How many servers live, by what they hold.
int count_servers(Tx& tx);

/// Until this transaction ends, nobody else makes the rows that every instance begins with.
void lock_founding(Tx& tx);

} // namespace db::leases
