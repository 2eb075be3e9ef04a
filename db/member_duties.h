#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `member_duties`.
struct MemberDuty {
    AccountId account{};
    std::string duty{}; ///< "roster officer", "privacy officer", "records officer".
    std::string given_by{};
    Time given_at{};
};

} // namespace db

namespace db::member_duties {

/// False when they have it already.
bool insert(Tx& tx, const MemberDuty& duty);
bool remove(Tx& tx, AccountId account, std::string_view duty);
bool has(Tx& tx, AccountId account, std::string_view duty);
std::vector<std::string> list_of(Tx& tx, AccountId account);
std::vector<MemberDuty> list(Tx& tx);
/// Active members with a role or any duty.
std::vector<AccountId> list_staff(Tx& tx);
/// Active members who have it, or whose role is `or_role` ("": none), in order of age.
std::vector<AccountId> list_holders(Tx& tx, std::string_view duty, std::string_view or_role);

} // namespace db::member_duties
