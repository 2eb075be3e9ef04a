#pragma once

#include "base/time.h"

#include <chrono>

/// Deadlines run on school days: Monday to Friday, in UTC. Holidays are not known.

/// `hours` of school days after `from`: 24 hours from Friday noon end on Monday noon, and what begins
/// at a weekend begins on Monday at 00:00.
Time after_school_hours(Time from, std::chrono::hours hours);
