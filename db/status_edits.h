#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <string>
#include <vector>

namespace db {

/// A version of a post that an edit replaced.
struct StatusEdit {
    std::int64_t id = 0;
    StatusId status{};
    std::string content{};
    std::string text{};
    std::string spoiler_text{};
    bool sensitive = false;
    std::string language{};
    std::vector<std::string> poll_options{}; ///< Empty: no poll.
    Json media = Json::array();              ///< [{id, description}]
    Json emojis = Json::array();
    Time created_at{}; ///< When this version was written.
};

} // namespace db

namespace db::status_edits {

/// Past versions that are kept of one post; the oldest stays, those after it go (ATTACKS D15).
constexpr int max_versions = 100;

void insert(Tx& tx, const StatusEdit& edit);
/// Cuts the history down to max_versions.
void trim(Tx& tx, StatusId status);
/// Oldest first.
std::vector<StatusEdit> list(Tx& tx, StatusId status);

} // namespace db::status_edits
