#include "educators/roster_accounts.h"

#include "db/employment_holds.h"
#include "db/users.h"
#include "educators/attestation.h"
#include "members/accounts.h"

#include <spdlog/spdlog.h>

namespace educators {
namespace {

constexpr auto by_roster = "roster";

void attest_person(db::Tx& tx, const Issuer& issuer, const db::RosterPerson& person, Time now) {
    const auto kind = parse_kind(person.kind);
    if (!kind) return;
    const auto granted =
        attest(tx, issuer, {.account = person.account, .kind = *kind, .by = by_roster}, now);
    // Who waits to be let in, or was shut out, is not attested.
    if (!granted) spdlog::debug("educators: not attested: {}", granted.error().detail);
}

bool is_active(db::Tx& tx, AccountId account) {
    const auto user = db::users::find(tx, account);
    return user && user->state == db::MemberState::Active;
}

void open(db::Tx& tx, db::RosterPerson& person, Time now) {
    if (!person.closed_account) return;
    person.closed_account = false;
    if (!db::employment_holds::list_of(tx, person.account).empty()) {
        // Sign-on or directory still say that they left; who lets go last opens it.
        db::employment_holds::set_was_open(tx, person.account);
        return;
    }
    if (!members::set_state(tx, person.account, db::MemberState::Active, now))
        spdlog::debug("educators: account={} was deleted", to_string(person.account));
}

void disable(db::Tx& tx, db::RosterPerson& person, Time now) {
    // Who was shut out by a moderator stays shut out when the roster opens again.
    person.closed_account = person.closed_account || is_active(tx, person.account);
    if (!members::set_state(tx, person.account, db::MemberState::Disabled, now))
        person.closed_account = false;
    revoke(tx, person.account, {.reason = "disabled in the district's roster"}, now);
}

void end(db::Tx& tx, db::RosterPerson& person, Time now) {
    person.closed_account = person.closed_account || is_active(tx, person.account);
    if (!leave(tx, person.account, "no longer in the district's roster", now))
        person.closed_account = false;
}

} // namespace

void settle_account(db::Tx& tx,
                    const AccountRules& rules,
                    const db::RosterPerson& before,
                    db::RosterPerson& after,
                    Time now) {
    if (!after.account) return;
    if (after.state == "educator") {
        open(tx, after, now);
        if (rules.instance != nullptr)
            attest_person(tx, load_issuer(tx, *rules.instance, rules.terms, now), after, now);
    } else if (after.state == "disabled" && before.state != "disabled") {
        disable(tx, after, now);
    } else if (after.state == "removed" && before.state != "removed") {
        end(tx, after, now);
    }
}

void attest_bound(db::Tx& tx, const AccountRules& rules, AccountId account, Time now) {
    if (rules.instance == nullptr) return;
    const auto person = db::roster_people::find_by_account(tx, account);
    if (!person || person->state != "educator") return;
    attest_person(tx, load_issuer(tx, *rules.instance, rules.terms, now), *person, now);
}

void attest_educators(db::Tx& tx, const AccountRules& rules, Time now) {
    if (rules.instance == nullptr) return;
    const auto issuer = load_issuer(tx, *rules.instance, rules.terms, now);
    for (const auto& person : db::roster_people::list_bound_educators(tx))
        attest_person(tx, issuer, person, now);
}

} // namespace educators
