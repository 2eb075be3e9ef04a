#pragma once

#include "db/users.h"

#include <string>
#include <string_view>
#include <vector>

namespace members {

enum class Permission {
    /// Reports and actions on accounts, of whom may_look_after() says (reach.h); `admin:*` scopes.
    ModerateSchools,
    Moderate, ///< The same of everybody, and what concerns the whole house.
    Own,      ///< Peers, members' roles, the instance's settings.
};

bool may(db::Role role, Permission permission);

/// Whether one may act on the other: a higher role only, so never on equals, superiors or oneself.
bool outranks(db::Role one, db::Role other);

/// The scopes without those that this role does not allow (ATTACKS O04).
std::vector<std::string> allowed_scopes(db::Role role, std::vector<std::string> scopes);

} // namespace members
