#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using ScimUserId = Id<struct ScimUserTag>;

/// A row of `scim_users`: somebody of the district's directory.
struct ScimUser {
    ScimUserId id{};
    std::string user_name{};
    std::string external_id{}; ///< The roster's sourcedId; "": none.
    std::string given_name{};
    std::string family_name{};
    std::string user_type{};
    bool active = true;
    AccountId
        account{}; ///< Who joined as this user; 0: nobody. The roster's people are bound there.
    int version = 1;
    Time created_at{};
    Time changed_at{};
    bool is_removed = false;
};

} // namespace db

namespace db::scim_users {

/// One change at a time; until the end of the transaction.
void lock(Tx& tx);
ScimUserId insert(Tx& tx, const ScimUser& user, Time now);
/// Everything but id, account, version and times, which it counts on. `is_removed` hides the row.
void update(Tx& tx, const ScimUser& user, Time now);
void set_account(Tx& tx, ScimUserId id, AccountId account);
/// Those that are not removed.
std::optional<ScimUser> find(Tx& tx, ScimUserId id);
/// Compared without case.
std::optional<ScimUser> find_by_name(Tx& tx, std::string_view user_name);
/// Also removed ones.
std::optional<ScimUser> find_by_external_id(Tx& tx, std::string_view external_id);
std::vector<ScimUser> list(Tx& tx, std::int64_t skip, int most);
std::int64_t count(Tx& tx);

} // namespace db::scim_users
