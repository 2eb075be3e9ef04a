#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using ImportId = Id<struct ImportTag>;

/// A row of `roster_imports`.
struct RosterImport {
    ImportId id{};
    Time at{};
    std::string source{}; ///< "command line", "page", "folder", "rest".
    std::string name{};
    std::string stamp{};
    std::string fingerprint{};
    std::string state{}; ///< "applied", "waiting", "refused", "rejected".
    std::string why{};   ///< Of waiting: "shrink", "preview".
    bool is_bulk = false;
    std::optional<Time> taken_at{};
    Json counts = Json::object();
    Json findings = Json::array();
    Json package{}; ///< Of waiting; null otherwise, and in lists.
    std::string actor{};
    std::string decided_by{};
    std::optional<Time> decided_at{};
};

} // namespace db

namespace db::roster_imports {

/// `id` and `at` are set by the database.
ImportId insert(Tx& tx, const RosterImport& import);
/// With its package.
std::optional<RosterImport> find(Tx& tx, ImportId id);
/// Newest first, without packages.
std::vector<RosterImport> list(Tx& tx, int most);
/// Ends waiting; the package is forgotten. False when it does not wait.
bool decide(Tx& tx, ImportId id, std::string_view state, std::string_view by, Time now);
/// How many people that person let in or out since then, by imports that waited for somebody and
/// by accepting reviews.
std::int64_t count_released(Tx& tx, std::string_view by, Time since);
/// Whether a watched file was seen as it is now.
bool has_stamp(Tx& tx, std::string_view stamp);
/// Of the last bulk file that was applied.
std::optional<Time> find_bulk_time(Tx& tx);
/// What waits since before `before` is rejected: it holds people who may be gone.
void reject_waiting_before(Tx& tx, Time before, Time now);

} // namespace db::roster_imports
