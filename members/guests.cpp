#include "members/guests.h"

#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/users.h"
#include "members/accounts.h"

namespace members {

void welcome_guest(db::Tx& tx, AccountId account, db::InvitationId invitation) {
    if (!invitation || !db::guests::insert_by(tx, account, invitation)) return;
    const auto user = db::users::find(tx, account);
    if (!user) return;
    auto settings = user->settings;
    settings["privacy"] = "direct";
    db::users::set_settings(tx, account, settings);
}

int end_guests(db::Tx& tx, Time now) {
    int ended = 0;
    for (const auto id : db::guests::list_due(tx, now)) {
        db::guests::set_ended(tx, id, now);
        const auto user = db::users::find(tx, id);
        const auto account = db::accounts::find(tx, id);
        if (!user || !account || user->state != db::MemberState::Active) continue;
        if (!set_state(tx, id, db::MemberState::Left, now)) continue;
        db::audit_log::insert(tx,
                              {.at = now,
                               .actor = "guests",
                               .act = "guest.end",
                               .subject = account->uri,
                               .reason = "the day of the invitation has come"});
        ++ended;
    }
    return ended;
}

} // namespace members
