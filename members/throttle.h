#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"

#include <chrono>
#include <string>
#include <string_view>

namespace members {

/// How often one thing may be done by one who does it. Counted over all processes; what it counts
/// by is kept as a keyed hash, so that no name or address stands in the table.
struct Throttle {
    db::Pool& pool;
    std::string key; ///< Secret.

    struct Limit {
        std::string_view what{}; ///< "sign-up address": limits of other names do not mix with it.
        int most = 0;
        std::chrono::minutes window{};
    };
    /// Counts first, so that parallel attempts do not get through.
    /// Errors: RateLimited, with retry_after_s.
    Result<Done> count(const Limit& limit, std::string_view who, Time now) const;

    /// The keyed hash of `text`, hex.
    std::string keyed(std::string_view text) const;
};

} // namespace members
