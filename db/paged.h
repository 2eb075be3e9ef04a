#pragma once

#include "db/page.h"
#include "db/query.h"

#include <algorithm>
#include <cstddef>
#include <limits>

/// Lists that are read in pages. Only files of db/ include this.
namespace db {

/// A statement put together while compiling, for lists that differ in one condition.
template <std::size_t N>
struct Sql {
    char text[N] = {};
    constexpr Sql() = default;
    // Implicit on purpose: a literal is a statement.
    constexpr Sql(const char (&literal)[N]) { std::copy_n(literal, N, text); }
};

template <std::size_t A, std::size_t B>
constexpr Sql<A + B - 1> operator+(const Sql<A>& left, const Sql<B>& right) {
    Sql<A + B - 1> both;
    std::copy_n(left.text, A - 1, both.text);
    std::copy_n(right.text, B, both.text + (A - 1));
    return both;
}

/// A list in both directions. Its SELECT has the key as first column, and uses $1 for whose list
/// it is, $2 and $3 for the bounds of the key and $4 for the limit.
template <std::size_t N>
struct PagedSql {
    Sql<N> downward;
    Sql<N> upward;
};
template <std::size_t N> // clang 14 needs to be told.
PagedSql(Sql<N>, Sql<N>)->PagedSql<N>;

template <std::size_t N>
constexpr auto paged(const Sql<N>& select) {
    constexpr Sql newest_first = " ORDER BY 1 DESC LIMIT $4";
    constexpr Sql oldest_first = " ORDER BY 1 ASC  LIMIT $4";
    return PagedSql<N + sizeof(newest_first.text) - 1>{select + newest_first,
                                                       select + oldest_first};
}

/// The rows of one page, newest first. `list` must be a constant of static storage.
template <std::size_t N, typename Whose, typename T, typename... Args>
std::vector<T> page_of(Tx& tx,
                       const PagedSql<N>& list,
                       T (*read)(Columns),
                       const Page& page,
                       const Whose& whose,
                       const Args&... args) {
    const bool is_upward = page.min != 0;
    const char* sql = is_upward ? list.upward.text : list.downward.text;
    const auto below = page.max != 0 ? page.max : std::numeric_limits<std::int64_t>::max();
    const auto above = std::max(page.since, page.min);
    auto rows = rows_of(exec(tx, sql, whose, below, above, page.limit, args...), read);
    if (is_upward) std::ranges::reverse(rows);
    return rows;
}

} // namespace db
