#include "educators/row_reader.h"

#include <array>

namespace educators {
namespace {

constexpr std::array<std::string_view, 10> columns{"sourcedId",
                                                   "status",
                                                   "dateLastModified",
                                                   "userSourcedId",
                                                   "roleType",
                                                   "role",
                                                   "beginDate",
                                                   "endDate",
                                                   "orgSourcedId",
                                                   "userProfileSourcedId"};
enum Column : std::size_t {
    SourcedId,
    Status,
    Modified,
    User,
    RoleType,
    Role,
    BeginDate,
    EndDate,
    Org,
};

bool read_date(const Table& table, std::size_t column, std::optional<db::Day>& into) {
    const auto text = table.cell(column);
    if (text.empty()) return true;
    into = parse_day(text);
    if (!into) table.report("date", column, text);
    return into.has_value();
}

/// The role of the present row; nothing when the row is broken, or gives nothing (`is_broken`
/// tells which).
std::optional<db::RosterRole> read_role(const Table& table,
                                        const RowChange& change,
                                        const ReadState& state,
                                        bool& is_broken) {
    db::RosterRole role;
    role.sourced_id = table.cell(SourcedId);
    role.role = table.cell(Role);
    role.is_primary = table.cell(RoleType) == "primary";
    role.org = table.cell(Org);
    role.deleted = change.is_deleted;
    role.modified_at = change.modified_at;
    if (change.is_deleted) return role;
    is_broken = change.is_broken;
    if (!read_date(table, BeginDate, role.begins)) is_broken = true;
    if (!read_date(table, EndDate, role.ends)) is_broken = true;
    if (!role.is_primary && table.cell(RoleType) != "secondary") {
        table.report("role-type", RoleType, table.cell(RoleType));
        is_broken = true;
    }
    if (!state.orgs.contains(role.org)) {
        table.report(role.org.empty() ? "no-org" : "org-unknown", Org, role.org);
        is_broken = true;
    }
    const auto role_class = class_of(state.package.version, role.role);
    if (role_class == RoleClass::Unknown) {
        table.report("role", Role, role.role);
        is_broken = true;
    }
    if (role_class == RoleClass::Extension) {
        table.report("role-extension", Role, role.role);
        return std::nullopt;
    }
    // That somebody is a student counts, whatever else is wrong with the row.
    if (is_broken && role_class != RoleClass::Student && role_class != RoleClass::Family)
        return std::nullopt;
    return role;
}

/// Who has a role of staff, good or not, or one that we do not know.
std::unordered_set<std::string> find_staff(std::string_view bytes, const ReadState& state) {
    Findings told_later;
    Table table("roles.csv", bytes, {columns, state.options.lenient_headers}, told_later);
    std::unordered_set<std::string> staff;
    while (table.next()) {
        const auto role_class = class_of(state.package.version, table.cell(Role));
        if (role_class != RoleClass::Student && role_class != RoleClass::Family)
            staff.emplace(table.cell(User));
    }
    return staff;
}

void keep(UserRoles& of_user, db::RosterRole role, bool is_whole) {
    const auto role_class = class_of(role.role);
    of_user.is_student = of_user.is_student || role_class == RoleClass::Student;
    of_user.is_family = of_user.is_family || role_class == RoleClass::Family;
    if (is_whole) of_user.roles.push_back(std::move(role));
}

struct SeenRole {
    std::size_t content = 0;
    std::string user;
};

} // namespace

bool read_roles(std::string_view bytes, ReadState& state, RolesByUser& roles) {
    Table table("roles.csv", bytes, {columns, state.options.lenient_headers}, state.findings);
    const auto mode = state.package.people_mode;
    const bool is_bulk = mode == FileMode::Bulk;
    const auto staff = is_bulk ? find_staff(bytes, state) : std::unordered_set<std::string>{};
    std::unordered_map<std::string, SeenRole> seen;
    while (table.next()) {
        const auto id = table.id(SourcedId);
        if (id.empty()) continue;
        const auto user = table.id(User);
        if (user.empty()) continue;
        auto& of_user = roles[user];
        if (of_user.line == 0) of_user.line = table.line();
        const auto content = table.content(columns.size());
        if (const auto [entry, is_new] = seen.emplace(id, SeenRole{content, user}); !is_new) {
            if (entry->second.content == content) {
                table.report("same-row", SourcedId, id);
                continue;
            }
            table.report("id-twice", SourcedId, id);
            of_user.is_twice = true;
            roles[entry->second.user].is_twice = true;
        }
        const auto change = read_change(table, mode, state.options);
        if (change.is_deleted && is_bulk) continue;
        bool is_broken = false;
        auto role = read_role(table, change, state, is_broken);
        if (change.is_deleted && change.is_broken) {
            is_broken = true;
            role.reset();
        }
        of_user.has_broken = of_user.has_broken || is_broken;
        if (role) keep(of_user, std::move(*role), !is_bulk || staff.contains(user));
    }
    return !table.is_refused();
}

} // namespace educators
