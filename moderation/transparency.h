#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <string>

/// What the district did in a month, for everybody to read (POLICY section 3, Record).
namespace moderation {

/// "fewer than 10" for 1 to 9, since small numbers name people. Pure.
std::string shown_count(std::int64_t count);

/// Makes the page of the last whole month (UTC) once it is over; a task calls it every day. Small
/// numbers are hidden before anything is stored.
void publish_month(db::Tx& tx, Time now);

} // namespace moderation
