#include "educators/employment.h"

#include "db/account_standings.h"
#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/employment_holds.h"
#include "db/users.h"
#include "educators/attestation.h"
#include "members/accounts.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace educators {
namespace {

std::string_view to_string(EmploymentSource source) {
    return source == EmploymentSource::SignOn ? "sign-on" : "scim";
}

bool is_only_owner(db::Tx& tx, const db::User& user) {
    return user.role == db::Role::Owner && db::account_standings::count_owners(tx) <= 1;
}

void audit(db::Tx& tx,
           EmploymentSource source,
           std::string_view act,
           AccountId account,
           std::string_view reason) {
    const auto row = db::accounts::find(tx, account);
    db::audit_log::insert(tx,
                          {.actor = std::string(to_string(source)),
                           .act = std::string(act),
                           .subject = row ? row->uri : "",
                           .reason = std::string(reason)});
}

} // namespace

void end_employment(
    db::Tx& tx, AccountId account, EmploymentSource source, std::string_view reason, Time now) {
    db::roster_people::lock(tx);
    const auto user = db::users::find(tx, account);
    if (!user || user->state == db::MemberState::Deleted) return;
    if (is_only_owner(tx, *user)) {
        if (revoke(tx, account, {.reason = std::string(reason)}, now))
            audit(tx, source, "employment.only-owner-stays", account, reason);
        return;
    }
    const auto holds = db::employment_holds::list_of(tx, account);
    const auto person = db::roster_people::find_by_account(tx, account);
    const bool was_open =
        user->state == db::MemberState::Active || (person && person->closed_account) ||
        std::ranges::any_of(holds, [](const auto& hold) { return hold.was_open; });
    const bool is_new = db::employment_holds::insert(tx,
                                                     account,
                                                     {.source = std::string(to_string(source)),
                                                      .was_open = was_open,
                                                      .reason = std::string(reason)},
                                                     now);
    const auto done = leave(tx, account, reason, now);
    if (!done) spdlog::debug("educators: cannot leave: {}", done.error().detail);
    if (is_new) audit(tx, source, "employment.end", account, reason);
}

bool resume_employment(
    db::Tx& tx, const AccountRules& rules, AccountId account, EmploymentSource source, Time now) {
    db::roster_people::lock(tx);
    const auto hold = db::employment_holds::remove(tx, account, to_string(source));
    if (!hold) return false;
    audit(tx, source, "employment.resume", account, "");
    if (!hold->was_open || !db::employment_holds::list_of(tx, account).empty()) return false;
    const auto user = db::users::find(tx, account);
    if (!user || user->state != db::MemberState::Left) return false;
    const auto person = db::roster_people::find_by_account(tx, account);
    if (person && (person->state == "removed" || person->state == "disabled")) {
        // From now on it is the roster that keeps it closed, and may open it.
        db::roster_people::set_closed_account(tx, person->id);
        return false;
    }
    if (!members::set_state(tx, account, db::MemberState::Active, now)) return false;
    attest_bound(tx, rules, account, now);
    return true;
}

} // namespace educators
