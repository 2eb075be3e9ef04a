#pragma once

#include "api/api.h"
#include "base/json.h"
#include "db/scheduled_statuses.h"
#include "db/tx.h"

namespace api {

/// https://docs.joinmastodon.org/entities/ScheduledStatus/
Json scheduled_entity(const Api& api, db::Tx& tx, const db::ScheduledStatus& scheduled);

} // namespace api
