#pragma once

#include "base/id.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <cstdint>
#include <vector>

namespace db {

/// What decides which lists and streams show a status, whoever reads them.
struct Reach {
    StatusId id{};
    AccountId author{};
    Visibility visibility = Visibility::Direct;
    bool local = false;
    bool has_media = false;
    bool is_boost = false;
    bool is_answer = false;             ///< To somebody else.
    bool muted_reach = false;           ///< A `limit` verdict: shown in no stream.
    std::vector<std::int64_t> tags{};   ///< Ids; at most 50.
    std::vector<AccountId> addressed{}; ///< Of our members, at most 100.
};

} // namespace db

namespace db::reach {

/// In id order; what does not exist is left out.
std::vector<Reach> find_all(Tx& tx, const std::vector<StatusId>& statuses);
/// The boosts of these posts, at most `limit`.
std::vector<Reach> find_boosts(Tx& tx, const std::vector<StatusId>& statuses, int limit);

} // namespace db::reach
