#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `employment_holds`: somebody besides the roster says that a member left.
struct EmploymentHold {
    std::string source{};  ///< "sign-on", "scim".
    bool was_open = false; ///< The account was open before the first of them.
    std::string reason{};
};

} // namespace db

namespace db::employment_holds {

/// False when that source holds the account already.
bool insert(Tx& tx, AccountId account, const EmploymentHold& hold, Time now);
std::vector<EmploymentHold> list_of(Tx& tx, AccountId account);
/// The roster lets go of an account that others still hold.
void set_was_open(Tx& tx, AccountId account);
std::optional<EmploymentHold> remove(Tx& tx, AccountId account, std::string_view source);

} // namespace db::employment_holds
