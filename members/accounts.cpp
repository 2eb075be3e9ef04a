#include "members/accounts.h"

#include "base/text.h"
#include "db/accounts.h"
#include "db/annual_reports.h"
#include "db/email_blocks.h"
#include "db/interaction_defaults.h"
#include "db/ip_blocks.h"
#include "db/leaver_keys.h"
#include "db/leavings.h"
#include "db/oauth_apps.h"
#include "db/oauth_codes.h"
#include "db/oauth_tokens.h"
#include "db/sessions.h"
#include "db/sign_on_identities.h"
#include "db/throttles.h"
#include "members/email.h"
#include "members/leaving.h"
#include "members/sessions.h"

#include <algorithm>
#include <utility>

namespace members {
namespace {

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "member refused by a rule", std::move(shown)};
}

} // namespace

Result<std::string> create_member(db::Tx& tx, Passwords& passwords, const NewMember& member) {
    if (!member.email.empty()) {
        if (!is_plain_email(member.email)) return refused("That is no plain e-mail address.");
        if (db::users::find_by_email(tx, member.email)) {
            return refused("Another member has that e-mail address.");
        }
    }
    auto password = make_one_time_password();
    auto hash = passwords.hash(password);
    if (!hash) return hash.error();
    db::users::insert(tx,
                      {.account = member.account,
                       .email = member.email,
                       .password_hash = std::move(*hash),
                       .must_change_password = true,
                       .role = member.role});
    return password;
}

Result<std::string> reset_password(db::Tx& tx, Passwords& passwords, AccountId account, Time now) {
    const auto user = db::users::find(tx, account);
    if (!user || user->state == db::MemberState::Deleted) {
        return Error{Error::Kind::NotFound, "no such member", "There is no such member."};
    }
    auto password = make_one_time_password();
    const auto hash = passwords.hash(password);
    if (!hash) return hash.error();
    db::users::set_password(tx, account, *hash, db::users::NextSignIn::MustChangePassword);
    sign_out_everywhere(tx, account, now);
    return password;
}

Result<Done> change_password(db::Tx& tx,
                             Passwords& passwords,
                             const Instance& instance,
                             const PasswordChange& change,
                             Time now) {
    const auto user = db::users::find(tx, change.account);
    const auto account = db::accounts::find(tx, change.account);
    if (!user || !account) return Error{Error::Kind::Forbidden, "no such member"};
    const auto fits = passwords.fits(user->password_hash, change.current);
    if (!fits) return fits.error();
    if (!*fits) {
        return Error{
            Error::Kind::Forbidden, "wrong current password", "The current password is not right."};
    }
    if (change.current == change.wanted) {
        return refused("Please choose a password that differs from the current one.");
    }
    if (const auto fine = check_password(change.wanted, account->username, instance.host); !fine) {
        return fine.error();
    }
    const auto hash = passwords.hash(change.wanted);
    if (!hash) return hash.error();
    return choose_password(tx, instance, change.account, change.wanted, *hash, now);
}

Result<Done> choose_password(db::Tx& tx,
                             const Instance& instance,
                             AccountId id,
                             std::string_view wanted,
                             std::string_view hash,
                             Time now) {
    const auto account = db::accounts::find(tx, id);
    if (!account) return Error{Error::Kind::NotFound, "no such member"};
    if (const auto fine = check_password(wanted, account->username, instance.host); !fine) {
        return fine.error();
    }
    db::users::set_password(tx, id, hash, db::users::NextSignIn::Normal);
    sign_out_everywhere(tx, id, now);
    return Done{};
}

void suspend(db::Tx& tx, AccountId account, Time now) {
    const auto user = db::users::find(tx, account);
    if (user && user->is_waiting()) db::users::set_suspended_waiting(tx, account, true);
    db::accounts::set_suspended(tx, account, now);
    sign_out_everywhere(tx, account, now);
}

void unsuspend(db::Tx& tx, AccountId account) {
    db::users::set_suspended_waiting(tx, account, false);
    const auto user = db::users::find(tx, account);
    if (user && user->is_waiting()) return;
    db::accounts::set_suspended(tx, account, std::nullopt);
}

namespace {

// Nobody sees a member who waits; when nothing is left to wait for, everybody does.
void show_if_ready(db::Tx& tx, AccountId account) {
    const auto user = db::users::find(tx, account);
    if (!user || user->is_waiting() || user->suspended_waiting) return;
    db::accounts::set_suspended(tx, account, std::nullopt);
}

} // namespace

void approve(db::Tx& tx, AccountId account, Time now) {
    db::users::set_approved(tx, account, now);
    show_if_ready(tx, account);
}

void confirm(db::Tx& tx, AccountId account, Time now) {
    db::users::set_confirmed(tx, account, now);
    show_if_ready(tx, account);
}

Result<Done> set_state(db::Tx& tx, AccountId account, db::MemberState state, Time now) {
    const auto user = db::users::find(tx, account);
    if (!user) return Error{Error::Kind::NotFound, "no such member", "There is no such member."};
    if (user->state == db::MemberState::Deleted) {
        return Error{Error::Kind::Forbidden, "deleted for good", "This member was deleted."};
    }
    if (state != db::MemberState::Active) sign_out_everywhere(tx, account, now);
    if (state == db::MemberState::Left)
        db::leavings::begin(tx, account, now);
    else
        db::leavings::end(tx, account);
    if (state == db::MemberState::Deleted) {
        db::leaver_keys::remove(tx, account);
        db::sign_on_identities::remove_of(tx, account);
        db::users::forget_person(tx, account);
        db::annual_reports::remove_of(tx, account);
        db::interaction_defaults::remove_of(tx, account);
        db::accounts::set_deleted(tx, account, now);
    } else {
        db::users::set_state(tx, account, state);
    }
    return Done{};
}

void sign_out_everywhere(db::Tx& tx, AccountId account, Time now) {
    db::sessions::remove_of(tx, account);
    db::oauth_codes::remove_of(tx, account);
    db::oauth_tokens::revoke_of(tx, account, now);
}

void forget_expired(db::Tx& tx, Time now) {
    constexpr std::chrono::hours day{24};
    db::sessions::remove_dead(tx, now, now - session_idle);
    db::oauth_codes::remove_before(tx, now - day);
    db::throttles::remove_before(tx, now - day);
    db::oauth_tokens::remove_revoked_before(tx, now - 90 * day);
    db::oauth_apps::remove_unused(tx, now - 30 * day);
    db::leavings::remove_dead_sessions(tx, now);
    db::leaver_keys::remove_left_before(tx, now - leaver_page_lifetime);
    db::ip_blocks::remove_expired(tx, now);
    db::email_blocks::remove_attempts_before(tx, now - 30 * day);
    db::users::forget_days_before(tx, now - 400 * day);
    // Who never confirmed the address is forgotten; the name stays taken.
    for (const auto account : db::users::list_never_confirmed(tx, now - 7 * day)) {
        db::sign_on_identities::remove_of(tx, account);
        db::users::forget_person(tx, account);
        db::accounts::set_deleted(tx, account, now);
    }
}

} // namespace members
