#include "members/permissions.h"

#include <algorithm>

namespace members {

bool may(db::Role role, Permission permission) {
    switch (permission) {
    case Permission::ModerateSchools:
        return role != db::Role::Member;
    case Permission::Moderate:
        return role == db::Role::Moderator || role == db::Role::Owner;
    case Permission::Own:
        return role == db::Role::Owner;
    }
    return false;
}

bool outranks(db::Role one, db::Role other) {
    return static_cast<int>(one) > static_cast<int>(other);
}

std::vector<std::string> allowed_scopes(db::Role role, std::vector<std::string> scopes) {
    if (may(role, Permission::ModerateSchools)) return scopes;
    std::erase_if(scopes, [](std::string_view scope) {
        return scope == "admin" || scope.starts_with("admin:");
    });
    return scopes;
}

} // namespace members
