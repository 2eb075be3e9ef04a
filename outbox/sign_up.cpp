#include "outbox/sign_up.h"

#include "actors/local.h"
#include "actors/names.h"
#include "base/text.h"
#include "db/accounts.h"
#include "db/email_blocks.h"
#include "db/users.h"
#include "http/rate_limiter.h"
#include "mail/letters.h"
#include "members/email.h"

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

members::Grant insert(db::Tx& tx,
                      const db::OauthApp& app,
                      const db::Account& account,
                      const SignUp& wanted,
                      std::string password_hash,
                      const Verdict& verdict,
                      Time now) {
    db::users::insert(tx,
                      {.account = account.id,
                       .email = wanted.email,
                       .password_hash = std::move(password_hash),
                       .locale = locale_of(wanted.locale),
                       .is_confirmed = false,
                       .is_approved = !verdict.needs_approval,
                       .sign_up_reason = clean_text(wanted.reason, max_reason, Lines::Keep),
                       .sign_up_app = app.id});
    db::accounts::set_suspended(tx, account.id, now);
    mail::post(tx, mail::Letter::Confirm, account.id);
    return members::grant_at_sign_up(tx, app, account.id, now);
}

} // namespace

Result<SignUpAnswer> sign_up(const SignUpDesk& desk,
                             const db::OauthApp& app,
                             const SignUp& wanted,
                             Time now) {
    const auto severity = desk.addresses.find(wanted.address);
    if (desk.rules.mode == SignUps::Closed ||
        (severity && *severity >= AddressSeverity::SignUpBlock)) {
        return Error{Error::Kind::Forbidden, "no sign-up", "This action is not allowed"};
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
    auto grant = insert(tx, app, *account, wanted, std::move(*hash), verdict, now);
    tx.commit();
    return SignUpAnswer(std::move(grant));
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
