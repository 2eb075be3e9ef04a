#include "members/accounts.h"

#include "base/text.h"
#include "db/accounts.h"
#include "db/oauth_apps.h"
#include "db/oauth_codes.h"
#include "db/oauth_tokens.h"
#include "db/sessions.h"
#include "db/throttles.h"
#include "members/sessions.h"

#include <algorithm>
#include <utility>

namespace members {
namespace {

constexpr std::size_t max_email_bytes = 254;

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "member refused by a rule", std::move(shown)};
}

// One way to write an address, so that no second account hides behind odd syntax.
bool is_plain_email(std::string_view email) {
    const auto at = email.find('@');
    if (email.size() > max_email_bytes || at == 0 || at == std::string_view::npos) return false;
    if (email.find('@', at + 1) != std::string_view::npos) return false;
    const bool is_visible = std::ranges::all_of(email, [](char c) { return c > ' ' && c < 0x7f; });
    return is_visible && email.find_first_of("\"(),:;<>[\\]") == std::string_view::npos &&
           !host_to_ascii(email.substr(at + 1)).empty();
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
    db::users::set_password(tx, change.account, *hash, db::users::NextSignIn::Normal);
    sign_out_everywhere(tx, change.account, now);
    return Done{};
}

void suspend(db::Tx& tx, AccountId account, Time now) {
    db::accounts::set_suspended(tx, account, now);
    sign_out_everywhere(tx, account, now);
}

void unsuspend(db::Tx& tx, AccountId account) {
    db::accounts::set_suspended(tx, account, std::nullopt);
}

Result<Done> set_state(db::Tx& tx, AccountId account, db::MemberState state, Time now) {
    const auto user = db::users::find(tx, account);
    if (!user) return Error{Error::Kind::NotFound, "no such member", "There is no such member."};
    if (user->state == db::MemberState::Deleted) {
        return Error{Error::Kind::Forbidden, "deleted for good", "This member was deleted."};
    }
    if (state != db::MemberState::Active) sign_out_everywhere(tx, account, now);
    if (state == db::MemberState::Deleted) {
        db::users::forget_person(tx, account);
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
}

} // namespace members
