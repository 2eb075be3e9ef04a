#pragma once

#include "db/tx.h"

#include <cstdint>

namespace db {

/// What an instance says about its size.
struct Usage {
    std::int64_t members = 0;
    std::int64_t active_month = 0;
    std::int64_t active_half_year = 0;
    std::int64_t statuses = 0; ///< By members.
    std::int64_t peers = 0;    ///< Hosts whom we know and speak with.
};

} // namespace db

namespace db::usage {

/// Adds counters up instead of counting posts: cheap, whatever is stored.
Usage load(Tx& tx);
/// Public and unlisted posts of our members that answer another one.
std::int64_t count_answers(Tx& tx);

} // namespace db::usage
