#pragma once

#include "base/time.h"
#include "db/statuses.h"
#include "db/tx.h"

namespace inbox {

/// After a quote was stored or changed: one that stands by our own stamp is told to the quoted;
/// every other waits for a job that asks its origin (FEP-044f). Nothing for what quotes nothing.
void settle_quote(db::Tx& tx, const db::Status& status, Time now);

} // namespace inbox
