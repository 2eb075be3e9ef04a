#include "members/reach.h"

#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/roster_orgs.h"
#include "members/permissions.h"

#include <algorithm>

namespace members {
namespace {

void note(
    db::Tx& tx, std::string act, AccountId account, std::string_view org, const std::string& by) {
    const auto found = db::accounts::find(tx, account);
    db::audit_log::insert(tx,
                          {.actor = by,
                           .act = std::move(act),
                           .subject = found ? found->uri : to_string(account),
                           .details = {{"school", std::string(org)}}});
}

} // namespace

bool may_look_after(db::Tx& tx, const db::User& moderator, AccountId account, Time now) {
    if (moderator.state != db::MemberState::Active || moderator.is_waiting()) return false;
    if (may(moderator.role, Permission::Moderate)) return true;
    return may(moderator.role, Permission::ModerateSchools) &&
           db::school_moderators::looks_after(tx, moderator.account, account, now);
}

AccountId limited_to(const db::User& moderator) {
    return may(moderator.role, Permission::Moderate) ? AccountId{} : moderator.account;
}

Result<Done> give_school(
    db::Tx& tx, AccountId account, std::string_view org, const std::string& by, Time now) {
    const auto user = db::users::find(tx, account);
    if (!user || user->state != db::MemberState::Active || user->is_waiting())
        return Error{Error::Kind::NotFound, "no member", "There is no active member of that name."};
    const auto orgs = db::roster_orgs::list(tx);
    if (std::ranges::find(orgs, org, &db::RosterOrg::sourced_id) == orgs.end())
        return Error{Error::Kind::NotFound, "no such org", "The roster has no such school."};
    if (may(user->role, Permission::Moderate))
        return Error{Error::Kind::Unprocessable,
                     "moderates all",
                     "They are moderator of all schools. Take that role away first."};
    if (!db::school_moderators::insert(
            tx, {.account = account, .org = std::string(org), .given_by = by, .given_at = now}))
        return Error{Error::Kind::Unprocessable, "has it", "They are moderator of it already."};
    db::users::set_role(tx, account, db::Role::SchoolModerator);
    note(tx, "account.role.school moderator", account, org, by);
    return Done{};
}

Result<Done> take_school(db::Tx& tx,
                         AccountId account,
                         std::string_view org,
                         const std::string& by) {
    if (!db::school_moderators::remove(tx, account, org))
        return Error{Error::Kind::NotFound, "has it not", "They are no moderator of it."};
    const auto user = db::users::find(tx, account);
    if (user && user->role == db::Role::SchoolModerator &&
        db::school_moderators::list_of(tx, account).empty())
        db::users::set_role(tx, account, db::Role::Member);
    note(tx, "account.unrole.school moderator", account, org, by);
    return Done{};
}

} // namespace members
