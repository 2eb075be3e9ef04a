#pragma once

#include "educators/package.h"
#include "educators/table.h"

#include <unordered_map>
#include <unordered_set>

/// What the readers of the single files share. Internal to educators/.
namespace educators {

struct ReadState {
    const KeyedHash& hash;
    const ReadOptions& options;
    Findings& findings;
    Package& package;
    std::unordered_set<std::string> orgs{}; ///< That rows may name.
};

/// status and dateLastModified, which stand in columns 1 and 2 of every file.
struct RowChange {
    bool is_broken = false;
    bool is_deleted = false;
    std::optional<Time> modified_at{};
};
RowChange read_change(const Table& table, FileMode mode, const ReadOptions& options);

/// Roles of one user, as roles.csv has them.
struct UserRoles {
    /// In a snapshot only of those who have a role of staff as well; the others are most users,
    /// and of them it is enough what they are.
    std::vector<db::RosterRole> roles{};
    bool is_student = false;
    bool is_family = false;
    bool has_broken = false;
    bool is_twice = false;
    bool has_user = false; ///< users.csv has a row.
    int line = 0;          ///< Of the first role.
};
using RolesByUser = std::unordered_map<std::string, UserRoles>;

/// False: refused.
bool read_orgs(std::string_view bytes, ReadState& state);
bool read_roles(std::string_view bytes, ReadState& state, RolesByUser& roles);
bool read_users(std::string_view bytes, ReadState& state, RolesByUser& roles);

/// A date of CSV, "2026-08-01".
std::optional<db::Day> parse_day(std::string_view text);

} // namespace educators
