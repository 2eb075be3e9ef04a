#pragma once

#include <cstdint>

namespace db {

/// A part of a list that is ordered by id, newest first. 0: no bound.
///
/// `min` asks for the entries right above it (the oldest of them), `since` for the newest of all
/// above it: Mastodon's min_id and since_id. Results are always newest first.
struct Page {
    std::int64_t max = 0; ///< Only ids below it.
    std::int64_t since = 0;
    std::int64_t min = 0;
    int limit = 40;
};

/// An entry of a list whose key is not the id of what it lists (favourites, followers).
template <typename IdType>
struct Keyed {
    std::int64_t key = 0;
    IdType id{};
};

} // namespace db
