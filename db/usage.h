#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <vector>

namespace db {

/// What an instance says about its size.
struct Usage {
    std::int64_t members = 0;
    std::int64_t active_month = 0;
    std::int64_t active_half_year = 0;
    std::int64_t statuses = 0; ///< By members.
    std::int64_t peers = 0;    ///< Hosts whom we know and speak with.
};

/// One week of the instance's life; weeks begin on Monday, 0:00 UTC.
struct WeekOfUse {
    std::int64_t begins = 0;   ///< Seconds since 1970.
    std::int64_t statuses = 0; ///< Public posts by members.
    std::int64_t logins = 0;   ///< Members who were here.
    std::int64_t registrations = 0;
};

} // namespace db

namespace db::usage {

/// Adds counters up instead of counting posts: cheap, whatever is stored.
Usage load(Tx& tx);
/// Public and unlisted posts of our members that answer another one.
std::int64_t count_answers(Tx& tx);

/// The last `weeks` weeks, this one first. Counts posts: ask seldom.
std::vector<WeekOfUse> weekly(Tx& tx, int weeks);
/// Forgets who was here before.
void forget_weeks_before(Tx& tx, Time time);

} // namespace db::usage
