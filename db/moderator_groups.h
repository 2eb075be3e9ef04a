#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>

namespace db {

/// The Group actor of a host's moderators, where it names one.
struct ModeratorGroup {
    std::string host{};
    std::string actor_uri{}; ///< "": it names none.
    std::string inbox_uri{};
    Time read_at{};
};

} // namespace db

namespace db::moderator_groups {

std::optional<ModeratorGroup> find(Tx& tx, std::string_view host);
/// New, or over the old one.
void put(Tx& tx, const ModeratorGroup& group);

} // namespace db::moderator_groups
