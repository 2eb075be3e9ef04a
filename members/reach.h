#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/school_moderators.h"
#include "db/users.h"

#include <string>
#include <string_view>

/// Whom a moderator may look after. Moderators and owners everybody; a moderator of schools those
/// who work there today by the roster, also at what lies below in its tree of orgs, and nobody of
/// other servers (decision 360). What is asked for is asked at the moment of the call.
namespace members {

/// Whether their role lets them look after this account. Not whether they may act on it: outranks()
/// says that besides.
bool may_look_after(db::Tx& tx, const db::User& moderator, AccountId account, Time now);

/// For the filters of lists: 0 when everybody is shown, else the moderator whose people are.
AccountId limited_to(const db::User& moderator);

/// Makes a member moderator of a school, besides those they have; `org` is a sourcedId of the
/// roster. An entry of the audit log. `by`: who did it, as there.
///
/// Errors: NotFound (no such org, no member); Unprocessable (is moderator of all; has it already).
/// All texts may be shown.
Result<Done> give_school(
    db::Tx& tx, AccountId account, std::string_view org, const std::string& by, Time now);
/// With the last one they are no moderator any more. Errors: NotFound (had it not).
Result<Done> take_school(db::Tx& tx,
                         AccountId account,
                         std::string_view org,
                         const std::string& by);

} // namespace members
