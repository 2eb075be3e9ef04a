#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "db/statuses.h"
#include "db/tx.h"

namespace statuses {

/// One of our posts as ActivityPub, from its rows: a Note or Question with all that PROTOCOL 12.2
/// asks for, @context included. Not for boosts (an Announce is an activity: outbox).
Json render_object(db::Tx& tx, const Instance& instance, const db::Status& status);

} // namespace statuses
