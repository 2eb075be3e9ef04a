#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/audit_chain.h"
#include "db/tx.h"

#include <optional>

namespace outbox {

/// Signs where our audit log stands and sends it to two member servers for keeping: whoever writes
/// our log anew cannot write theirs. Nothing when the log did not grow since the last time. With
/// nobody to send to, it is kept here alone.
std::optional<db::audit_chain::Checkpoint> publish_checkpoint(db::Tx& tx,
                                                              const Instance& instance,
                                                              Time now);

} // namespace outbox
