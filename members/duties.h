#pragma once

#include "db/member_duties.h"
#include "db/users.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace members {

/// What a member is charged with. Apart from kinds (a teacher may be any of them) and from roles: a
/// moderator is none of them by that.
enum class Duty {
    RosterOfficer,  ///< Imports, reviews. Owners hold it, too.
    PrivacyOfficer, ///< Students' privacy. Held by nobody who was not charged with it.
    RecordsOfficer, ///< Public records; the same.
};

std::string_view to_string(Duty duty); ///< "roster officer", ...
std::optional<Duty> parse_duty(std::string_view text);

/// Of an active member; asked at the moment of the call, never remembered.
bool holds(db::Tx& tx, const db::User& user, Duty duty);
/// What an active member may and is charged with: "owner", "moderator" (owners, too), and the names
/// of duties that holds() says of them.
std::vector<std::string> list_charges(db::Tx& tx, const db::User& user);
/// Everybody whom holds() says it of, in order of age.
std::vector<AccountId> list_holders(db::Tx& tx, Duty duty);

/// Both are entries of the audit log. False when it was so before.
bool give_duty(db::Tx& tx, AccountId account, Duty duty, const std::string& by);
bool take_duty(db::Tx& tx, AccountId account, Duty duty, const std::string& by);

} // namespace members
