#pragma once

#include "base/json.h"
#include "db/scheduled_statuses.h"
#include "db/tx.h"

namespace api {

/// https://docs.joinmastodon.org/entities/ScheduledStatus/
Json scheduled_entity(db::Tx& tx, const db::ScheduledStatus& scheduled);

} // namespace api
