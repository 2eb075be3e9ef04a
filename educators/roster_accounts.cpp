#include "educators/roster_accounts.h"

#include "db/users.h"
#include "members/accounts.h"

namespace educators {
namespace {

void close(db::Tx& tx, db::RosterPerson& person, db::MemberState state, Time now) {
    const auto user = db::users::find(tx, person.account);
    if (!user || user->state == db::MemberState::Deleted) return;
    // Who was shut out by a moderator stays shut out when the roster opens again.
    if (user->state == db::MemberState::Active || person.closed_account)
        person.closed_account = true;
    if (!members::set_state(tx, person.account, state, now)) person.closed_account = false;
}

void open(db::Tx& tx, db::RosterPerson& person, Time now) {
    if (!person.closed_account) return;
    person.closed_account = false;
    if (!members::set_state(tx, person.account, db::MemberState::Active, now))
        person.account = {}; // Deleted meanwhile.
}

} // namespace

void settle_account(db::Tx& tx,
                    const AccountRules& rules,
                    const db::RosterPerson& before,
                    db::RosterPerson& after,
                    Time now) {
    static_cast<void>(rules);
    if (!after.account) return;
    if (after.state == "educator") {
        open(tx, after, now);
    } else if (after.state == "disabled" && before.state != "disabled") {
        close(tx, after, db::MemberState::Disabled, now);
    } else if (after.state == "removed" && before.state != "removed") {
        close(tx, after, db::MemberState::Left, now);
    }
}

} // namespace educators
