#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/tx.h"
#include "db/users.h"
#include "members/passwords.h"

#include <optional>
#include <string>
#include <string_view>

/// Our members: who may come in, and when no longer. The account itself, with its keys, is made by
/// actors/local.h and kept in db/accounts.h.
namespace members {

struct NewMember {
    AccountId account{};
    std::string email{};
    db::Role role = db::Role::Member;
};
/// Makes the `users` row of an account of ours. Returns the one-time password: whoever made the
/// member hands it over, and it must be changed at the first sign-in.
/// Errors: Unavailable; Unprocessable for an address that another member has.
Result<std::string> create_member(db::Tx& tx, Passwords& passwords, const NewMember& member);

/// A new one-time password. Sessions, tokens and codes end: whoever had the old one is out.
/// Errors: NotFound, Unavailable.
Result<std::string> reset_password(db::Tx& tx, Passwords& passwords, AccountId account, Time now);

/// The member's own change. Every session, token and code ends (O10); the door opens a new session
/// for the browser that asked. The caller has throttled the attempt.
/// Errors: Forbidden (the current one is wrong), Unprocessable (a rule), Unavailable.
struct PasswordChange {
    AccountId account{};
    std::string_view current{};
    std::string_view wanted{};
};
Result<Done> change_password(db::Tx& tx,
                             Passwords& passwords,
                             const Instance& instance,
                             const PasswordChange& change,
                             Time now);

/// The same by a link that we mailed: `hash` is that of `wanted`. No old password is asked for; the
/// link was the proof. Errors: Unprocessable (a rule), NotFound.
Result<Done> choose_password(db::Tx& tx,
                             const Instance& instance,
                             AccountId account,
                             std::string_view wanted,
                             std::string_view hash,
                             Time now);

/// By moderators: the member is out at once and stays hidden; `unsuspend` lets them in again.
void suspend(db::Tx& tx, AccountId account, Time now);
void unsuspend(db::Tx& tx, AccountId account);

/// A new member waits for a moderator (approve) and for the proof that the address is theirs
/// (confirm); after both they come in and are seen. Nothing when they do not wait.
void approve(db::Tx& tx, AccountId account, Time now);
void confirm(db::Tx& tx, AccountId account, Time now);

/// Disabled and Left members are out at once; Active lets them in again. Deleted is final: the
/// person's data, sessions and tokens go, the name stays taken. What peers must be told is the
/// outbox's.
/// Errors: NotFound; Forbidden when the member is deleted.
Result<Done> set_state(db::Tx& tx, AccountId account, db::MemberState state, Time now);

/// Ends every session, token and code of a member.
void sign_out_everywhere(db::Tx& tx, AccountId account, Time now);

/// Removes what nobody can use any more: ended sessions, old codes, revoked tokens, counters, apps
/// that nobody let in. For a daily task.
void forget_expired(db::Tx& tx, Time now);

} // namespace members
