#pragma once

#include "base/time.h"

#include <chrono>
#include <span>

/// Deadlines run on school days: Monday to Friday, in UTC, but for the days off that a district
/// sets.

/// The first and the last day of some days without school.
struct DaysOff {
    std::chrono::sys_days first{};
    std::chrono::sys_days last{};
};

/// `hours` of school days after `from`: 24 hours from Friday noon end on Monday noon, and what
/// begins at a weekend begins on Monday at 00:00. After a year without school they count all the
/// same.
Time after_school_hours(Time from,
                        std::chrono::hours hours,
                        std::span<const DaysOff> without_school = {});
