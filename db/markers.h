#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// How far a member has read a timeline.
struct Marker {
    std::string timeline{}; ///< "home" or "notifications".
    std::int64_t last_read = 0;
    int version = 1;
    Time updated_at{};
};

} // namespace db

namespace db::markers {

std::vector<Marker> find(Tx& tx, AccountId account, const std::vector<std::string>& timelines);
/// Writes the place, counts the version up, and returns the row.
Marker set(Tx& tx, AccountId account, std::string_view timeline, std::int64_t last_read, Time now);

} // namespace db::markers
