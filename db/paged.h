#pragma once

#include "db/page.h"
#include "db/query.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

/// Lists that are read in pages. Only files of db/ include this.
namespace db {

/// Two texts as one constant; exec() names a prepared statement by its address.
template <std::size_t A, std::size_t B>
constexpr std::array<char, A + B - 1> join_sql(const char (&left)[A], const char (&right)[B]) {
    std::array<char, A + B - 1> text{};
    std::copy_n(left, A - 1, text.begin());
    std::copy_n(right, B, text.begin() + (A - 1));
    return text;
}

/// A list in both directions. Its SELECT has the key as first column, and uses $1 for whose list
/// it is, $2 and $3 for the bounds of the key and $4 for the limit.
template <std::size_t N>
struct PagedSql {
    std::array<char, N> downward;
    std::array<char, N> upward;
};

template <std::size_t N>
constexpr auto paged(const char (&select)[N]) {
    constexpr std::size_t order_size = sizeof(" ORDER BY 1 DESC LIMIT $4");
    return PagedSql<N + order_size - 1>{join_sql(select, " ORDER BY 1 DESC LIMIT $4"),
                                        join_sql(select, " ORDER BY 1 ASC  LIMIT $4")};
}

/// The rows of one page, newest first. `list` must be a constant of static storage.
template <std::size_t N, typename Whose, typename T, typename... Args>
std::vector<T> page_of(Tx& tx,
                       const PagedSql<N>& list,
                       T (*read)(Columns),
                       const Page& page,
                       const Whose& whose,
                       const Args&... args) {
    const char* sql = page.upward ? list.upward.data() : list.downward.data();
    auto rows =
        rows_of(exec(tx, sql, whose, page.before, page.after, page.limit, args...), read);
    if (page.upward) std::ranges::reverse(rows);
    return rows;
}

} // namespace db
