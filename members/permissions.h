#pragma once

#include "db/users.h"

#include <string>
#include <string_view>
#include <vector>

namespace members {

enum class Permission {
    Moderate, ///< Reports, held items, actions on accounts; `admin:*` scopes.
    Own,      ///< Peers, members' roles, the instance's settings.
};

bool may(db::Role role, Permission permission);

/// The scopes without those that this role does not allow (ATTACKS O04).
std::vector<std::string> allowed_scopes(db::Role role, std::vector<std::string> scopes);

} // namespace members
