#include "api/roles.h"

#include <cstdint>

namespace api {
namespace {

// docs.joinmastodon.org/entities/Role/#permission-flags
enum Flag : std::uint32_t {
    Administrator = 0x1,
    ViewAuditLog = 0x4,
    ViewDashboard = 0x8,
    ManageReports = 0x10,
    ManageTaxonomies = 0x100,
    ManageUsers = 0x400,
};
constexpr std::uint32_t moderators =
    ViewAuditLog | ViewDashboard | ManageReports | ManageTaxonomies | ManageUsers;

std::uint32_t flags_of(db::Role role) {
    switch (role) {
    case db::Role::Owner:
        return Administrator;
    case db::Role::Moderator:
        return moderators;
    case db::Role::SchoolModerator:
        return ManageReports | ManageUsers;
    case db::Role::Member:
        return 0;
    }
    return 0;
}

} // namespace

Json role_entity(db::Role role) {
    const bool is_staff = role != db::Role::Member;
    return {{"id", std::to_string(static_cast<int>(role))},
            {"name", to_string(role)},
            {"permissions", std::to_string(flags_of(role))},
            {"color", ""},
            {"highlighted", is_staff},
            {"collection_limit", nullptr}};
}

} // namespace api
