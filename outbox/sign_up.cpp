#include "outbox/sign_up.h"

#include "actors/local.h"
#include "actors/names.h"
#include "base/text.h"
#include "db/accounts.h"
#include "db/email_blocks.h"
#include "db/users.h"
#include "educators/claims.h"
#include "http/rate_limiter.h"
#include "mail/letters.h"
#include "members/email.h"
#include "members/guests.h"
#include "members/invitations.h"
#include "outbox/join.h"

#include <algorithm>
#include <array>

namespace outbox {
namespace {

using members::AddressSeverity;
using std::chrono::minutes;

constexpr std::size_t max_reason = 2'000;
constexpr members::Throttle::Limit by_address{"sign-up address", 20, minutes{60}};
constexpr members::Throttle::Limit by_email{"confirmation", 5, minutes{60}};

/// What decides over a sign-up beside what was typed.
struct Verdict {
    bool needs_approval = false;
    std::vector<SignUpProblem> problems{};
    void add(std::string field, std::string code, std::string text) {
        problems.push_back({std::move(field), std::move(code), std::move(text)});
    }
};

void check_username(db::Tx& tx, const std::string& name, Verdict& verdict) {
    switch (actors::judge_name(tx, name)) {
    case actors::NameVerdict::Fine:
        return;
    case actors::NameVerdict::Malformed:
        verdict.add(
            "username", "ERR_INVALID", "must contain only letters, numbers and underscores");
        return;
    case actors::NameVerdict::Reserved:
        verdict.add("username", "ERR_RESERVED", "is reserved");
        return;
    case actors::NameVerdict::Taken:
        verdict.add("username", "ERR_TAKEN", "has already been taken");
        return;
    }
}

void check_email(db::Tx& tx,
                 const SignUpDesk& desk,
                 const std::string& email,
                 const std::string& address,
                 Time now,
                 Verdict& verdict) {
    if (!members::is_plain_email(email)) {
        verdict.add("email", "ERR_INVALID", "is not a plain e-mail address");
        return;
    }
    if (db::users::find_by_email(tx, email)) {
        verdict.add("email", "ERR_TAKEN", "has already been taken");
        return;
    }
    bool is_blocked =
        db::email_blocks::match_canonical(tx, members::canonical_email_hash(email)).has_value();
    // No student gets in by hand (rule 16 of the roster).
    is_blocked = is_blocked || educators::is_address_of_others(tx, email);
    const auto host = members::host_of_email(email);
    if (const auto block = db::email_blocks::match_domain(tx, host)) {
        db::email_blocks::count_attempt(
            tx, block->id, desk.throttle.keyed("attempt " + http::address_key(address)), now);
        if (block->allow_with_approval)
            verdict.needs_approval = true;
        else
            is_blocked = true;
    }
    if (is_blocked) verdict.add("email", "ERR_BLOCKED", "uses a provider that is not allowed here");
}

bool is_old_enough(const SignUp& wanted, int min_age, Time now) {
    using namespace std::chrono;
    const year_month_day born{floor<days>(*wanted.date_of_birth)};
    const year_month_day grown{born.year() + years{min_age}, born.month(), born.day()};
    // Born on the 29th of February: of age on the 1st of March.
    return floor<days>(now) >= sys_days{grown};
}

void check_rest(const SignUpDesk& desk, const SignUp& wanted, Time now, Verdict& verdict) {
    const auto password =
        members::check_password(wanted.password, wanted.username, desk.instance.host);
    if (!password) verdict.add("password", "ERR_INVALID", password.error().shown);
    if (!wanted.agreement) verdict.add("agreement", "ERR_ACCEPTED", "must be accepted");
    if (!is_valid_utf8(wanted.reason) || count_code_points(wanted.reason) > max_reason) {
        verdict.add("reason", "ERR_TOO_LONG", "is too long");
    } else if (verdict.needs_approval && desk.rules.reason_required &&
               trim(wanted.reason).empty()) {
        verdict.add("reason", "ERR_BLANK", "can't be blank");
    }
    if (desk.rules.min_age == 0) return;
    if (!wanted.date_of_birth)
        verdict.add("date_of_birth", "ERR_BLANK", "can't be blank");
    else if (!is_old_enough(wanted, desk.rules.min_age, now))
        verdict.add("date_of_birth", "ERR_BELOW_LIMIT", "is below the age limit");
}

Verdict judge(db::Tx& tx,
              const SignUpDesk& desk,
              const SignUp& wanted,
              std::optional<AddressSeverity> severity,
              Time now) {
    Verdict verdict{.needs_approval = desk.rules.mode == SignUps::Approval || severity.has_value()};
    check_username(tx, wanted.username, verdict);
    check_email(tx, desk, wanted.email, wanted.address, now, verdict);
    check_rest(desk, wanted, now, verdict);
    return verdict;
}

/// The words of a language tag that a member may have; else English.
std::string locale_of(const std::string& wanted) {
    const bool is_tag =
        wanted.size() >= 2 && wanted.size() <= 12 && std::ranges::all_of(wanted, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        });
    return is_tag ? wanted : "en";
}

/// Who waits: for the proof of the address, and unless `is_approved` for a moderator.
void insert(db::Tx& tx, AccountId account, const SignUp& wanted, db::User user, Time now) {
    user.account = account;
    user.email = wanted.email;
    user.locale = locale_of(wanted.locale);
    user.is_confirmed = false;
    user.sign_up_reason = clean_text(wanted.reason, max_reason, Lines::Keep);
    db::users::insert(tx, user);
    db::accounts::set_suspended(tx, account, now);
    mail::post(tx, mail::Letter::Confirm, account);
}

Error not_from_there() {
    return {Error::Kind::Forbidden, "no sign-up", "This action is not allowed"};
}

/// By which way somebody comes in.
enum class Way { None, Roster, Invitation, Mode };

Way find_way(db::Tx& tx,
             const JoinDesk& desk,
             const SignUp& wanted,
             const std::string& invitation,
             Time now) {
    using educators::EmailStanding;
    if (educators::look_up_email(tx, desk.roster.settings, wanted.email) ==
        EmailStanding::Claimable)
        return Way::Roster;
    if (!invitation.empty() && members::find_invitation(tx, invitation, now))
        return Way::Invitation;
    return desk.sign_ups.rules.mode == SignUps::Closed ? Way::None : Way::Mode;
}

Verdict judge_joining(db::Tx& tx,
                      const JoinDesk& desk,
                      const SignUp& wanted,
                      std::optional<AddressSeverity> severity,
                      Way way,
                      Time now) {
    Verdict verdict{.needs_approval =
                        way == Way::Mode &&
                        (severity.has_value() || desk.sign_ups.rules.mode == SignUps::Approval)};
    check_username(tx, wanted.username, verdict);
    check_email(tx, desk.sign_ups, wanted.email, wanted.address, now, verdict);
    if (educators::is_student_email(wanted.email, desk.roster.settings.student_domains))
        verdict.add("email", "ERR_BLOCKED", "uses a provider that is not allowed here");
    if (way != Way::Mode) verdict.needs_approval = false;
    check_rest(desk.sign_ups, wanted, now, verdict);
    return verdict;
}

/// Makes the account of somebody who may come in. Problems: somebody was quicker.
std::vector<SignUpProblem> make_newcomer(db::Tx& tx,
                                         const JoinDesk& desk,
                                         const SignUp& wanted,
                                         const std::string& invitation,
                                         db::User user,
                                         Way way,
                                         Time now) {
    const auto account =
        actors::create_local_account(tx, desk.sign_ups.instance, {.name = wanted.username}, now);
    if (!account) return {{"username", "ERR_INVALID", account.error().shown}};
    db::InvitationId used{};
    if (way == Way::Invitation) {
        const auto taken = members::use_invitation(tx, invitation, now);
        if (!taken) return {{"username", "ERR_INVALID", "cannot join: the invitation is used up"}};
        used = *taken;
    }
    insert(tx, account->id, wanted, std::move(user), now);
    db::invitations::note_joining(tx, account->id, used, desk.terms_version, now);
    members::welcome_guest(tx, account->id, used);
    tx.commit();
    return {};
}

} // namespace

Result<SignUpAnswer> sign_up(const SignUpDesk& desk,
                             const db::OauthApp& app,
                             const SignUp& wanted,
                             Time now) {
    const auto severity = desk.addresses.find(wanted.address);
    if (desk.rules.mode == SignUps::Closed ||
        (severity && *severity >= AddressSeverity::SignUpBlock)) {
        return not_from_there();
    }
    const auto counted = desk.throttle.count(by_address, http::address_key(wanted.address), now);
    if (!counted) return counted.error();
    {
        db::Tx tx(desk.pool);
        const auto verdict = judge(tx, desk, wanted, severity, now);
        tx.commit(); // Attempts are counted also when they fail.
        if (!verdict.problems.empty()) return SignUpAnswer(verdict.problems);
    }
    // No transaction is open while the hash is made: it takes longer than any query.
    auto hash = desk.passwords.hash(wanted.password);
    if (!hash) return hash.error();
    db::Tx tx(desk.pool);
    // Somebody may have been quicker meanwhile.
    const auto verdict = judge(tx, desk, wanted, severity, now);
    if (!verdict.problems.empty()) return SignUpAnswer(verdict.problems);
    const auto account =
        actors::create_local_account(tx, desk.instance, {.name = wanted.username}, now);
    if (!account) {
        return SignUpAnswer(
            std::vector<SignUpProblem>{{"username", "ERR_INVALID", account.error().shown}});
    }
    insert(tx,
           account->id,
           wanted,
           {.password_hash = std::move(*hash),
            .is_approved = !verdict.needs_approval,
            .sign_up_app = app.id},
           now);
    auto grant = members::grant_at_sign_up(tx, app, account->id, now);
    tx.commit();
    return SignUpAnswer(std::move(grant));
}

Result<std::vector<SignUpProblem>> join(const JoinDesk& desk,
                                        const SignUp& wanted,
                                        const std::string& invitation,
                                        Time now) {
    const auto& sign_ups = desk.sign_ups;
    const auto severity = sign_ups.addresses.find(wanted.address);
    if (severity && *severity >= AddressSeverity::SignUpBlock) return not_from_there();
    const auto counted =
        sign_ups.throttle.count(by_address, http::address_key(wanted.address), now);
    if (!counted) return counted.error();
    {
        db::Tx tx(sign_ups.pool);
        const auto way = find_way(tx, desk, wanted, invitation, now);
        const auto verdict = judge_joining(tx, desk, wanted, severity, way, now);
        tx.commit(); // Attempts are counted also when they fail.
        if (!verdict.problems.empty()) return verdict.problems;
    }
    // Also for whom nothing is made: the time would tell who is in the roster.
    auto hash = sign_ups.passwords.hash(wanted.password);
    if (!hash) return hash.error();
    db::Tx tx(sign_ups.pool);
    // Somebody may have been quicker meanwhile.
    const auto way = find_way(tx, desk, wanted, invitation, now);
    const auto verdict = judge_joining(tx, desk, wanted, severity, way, now);
    if (!verdict.problems.empty() || way == Way::None) return verdict.problems;
    // Whom the roster lets in is approved when the address is proved, if it still lists them then.
    return make_newcomer(tx,
                         desk,
                         wanted,
                         invitation,
                         {.password_hash = std::move(*hash),
                          .is_approved = way != Way::Roster && !verdict.needs_approval},
                         way,
                         now);
}

Result<Done> confirm_again(const SignUpDesk& desk,
                           AccountId account,
                           const std::string& email,
                           const std::string& address,
                           Time now) {
    const auto counted = desk.throttle.count(by_email, to_string(account), now);
    if (!counted) return counted.error();
    db::Tx tx(desk.pool);
    const auto user = db::users::find(tx, account);
    if (!user || user->is_confirmed) {
        return Error{Error::Kind::Forbidden,
                     "confirmed already",
                     "This method is only available while the e-mail is awaiting confirmation"};
    }
    if (!email.empty() && !iequals(email, user->email)) {
        Verdict verdict;
        check_email(tx, desk, email, address, now, verdict);
        if (!verdict.problems.empty()) {
            tx.commit();
            return Error{Error::Kind::Unprocessable,
                         "new address refused",
                         "Validation failed: Email " + verdict.problems.front().text};
        }
        db::users::set_email(tx, account, email);
    }
    mail::post(tx, mail::Letter::Confirm, account);
    tx.commit();
    return Done{};
}

} // namespace outbox
