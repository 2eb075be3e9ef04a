#pragma once

#include "base/time.h"
#include "db/guests.h"
#include "db/tx.h"

/// Guests of one circle: invited until a day, for the members who were named, and attested by
/// nobody (POLICY section 1).
namespace members {

/// Of a newcomer whose account was made in `tx`: a guest, when the invitation is for one. Posts go
/// to the mentioned alone when nothing else is chosen.
void welcome_guest(db::Tx& tx, AccountId account, db::InvitationId invitation);

/// Ends those whose day has come: no session, token or sign-in any more; what they wrote stays.
/// Entries of the audit log. Returns how many; for a periodic task.
int end_guests(db::Tx& tx, Time now);

} // namespace members
