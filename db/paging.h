#pragma once

#include "db/page.h"
#include "db/query.h"

#include <algorithm>
#include <limits>
#include <vector>

/// How db/ reads a part of a list that is ordered by id.
namespace db {

/// The same list twice: newest first, and upwards from a lower bound. Both take, after their own
/// parameters, the exclusive lower bound, the exclusive upper bound and the limit.
struct PagedSql {
    const char* downwards;
    const char* upwards;
};

/// Runs the one that `page` asks for; the rows come back newest first.
template <typename T, typename... Args>
std::vector<T> page_of(
    Tx& tx, const PagedSql& sql, T (*read)(Columns), const Page& page, const Args&... args) {
    const auto above = std::max(page.min, page.since);
    const auto below = page.max == 0 ? std::numeric_limits<std::int64_t>::max() : page.max;
    const bool upwards = page.min != 0;
    auto rows = rows_of(
        exec(tx, upwards ? sql.upwards : sql.downwards, args..., above, below, page.limit), read);
    if (upwards) std::reverse(rows.begin(), rows.end());
    return rows;
}

} // namespace db
