#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// Something that came into force of a list, or went.
struct AdvisoryChange {
    Time at{};
    std::string list{}; ///< Its name; the list may be gone.
    std::string kind{};
    std::string subject{};
    std::string severity{};
    bool added = false; ///< Else removed.
};

/// How a list differs between two times.
struct ListDifference {
    std::string list{};
    std::int64_t added = 0;
    std::int64_t removed = 0;
    std::int64_t in_force = 0; ///< Now.
};

} // namespace db

/// Written by triggers, whichever way a list changes (migration 0343).
namespace db::advisory_changes {

/// Every list that changed since then or has anything in force, by name. What came and went again
/// counts on both sides: to come back the next day is how a list would be poisoned unseen.
std::vector<ListDifference> count(Tx& tx, Time since);
/// Of that list, newest first, at most `most`.
std::vector<AdvisoryChange> list(Tx& tx, std::string_view list, Time since, int most);
void forget(Tx& tx, Time before);

} // namespace db::advisory_changes
