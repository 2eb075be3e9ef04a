#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `roster_orgs`: a district, school or department.
struct RosterOrg {
    std::string sourced_id{};
    std::string name{};
    std::string type{}; ///< OneRoster's token: "school", "district", ...
    std::string identifier{};
    std::string parent{}; ///< Empty: the top.
    std::optional<Time> modified_at{};
    bool operator==(const RosterOrg&) const = default;
};

} // namespace db

namespace db::roster_orgs {

std::vector<RosterOrg> list(Tx& tx);
/// Inserts or updates.
void store(Tx& tx, std::span<const RosterOrg> orgs);
void remove(Tx& tx, const std::vector<std::string>& sourced_ids);

} // namespace db::roster_orgs
