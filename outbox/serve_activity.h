#pragma once

#include "base/json.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/serve.h"

namespace outbox {

/// The activity that carried a status of ours: a Create, or a boost's Announce.
Json render_activity(db::Tx& tx, const Instance& instance, const db::Status& status);

} // namespace outbox
