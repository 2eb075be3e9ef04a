#include "educators/claims.h"

#include "db/audit_log.h"
#include "db/users.h"
#include "educators/scim.h"
#include "members/accounts.h"

#include <algorithm>

namespace educators {
namespace {

/// The one educator without an account who has the address.
std::optional<db::RosterPerson> find_claimable(db::Tx& tx, std::string_view email) {
    const auto people = db::roster_people::list_by_email(tx, email);
    // Whoever is gone or disabled does not stand in the way of who has the address now.
    std::optional<db::RosterPerson> found;
    for (const auto& person : people) {
        if (person.state != "educator" && person.state != "review") continue;
        if (found || person.state == "review" || person.account) return std::nullopt;
        found = person;
    }
    return found;
}

void bind_person(
    db::Tx& tx, const RosterDesk& desk, db::RosterPerson person, AccountId account, Time now) {
    db::roster_people::bind_account(tx, person.id, account, now);
    const auto before = person;
    person.account = account;
    person.closed_account = false;
    settle_account(tx, desk.accounts, before, person, now);
    apply_directory(tx, person.sourced_id, account, now);
}

} // namespace

EmailStanding look_up_email(db::Tx& tx, const RosterSettings& settings, std::string_view email) {
    if (find_claimable(tx, email)) return EmailStanding::Claimable;
    if (is_student_email(email, settings.student_domains)) return EmailStanding::Other;
    return is_address_of_others(tx, email) ? EmailStanding::Other : EmailStanding::Unknown;
}

bool is_address_of_others(db::Tx& tx, std::string_view email) {
    const auto hash = load_keyed_hash(tx).of_email(email);
    return db::roster_others::find_kind(tx, hash, "").has_value();
}

bool claim_by_email(db::Tx& tx, const RosterDesk& desk, AccountId account, Time now) {
    const auto user = db::users::find(tx, account);
    if (!user || !user->is_confirmed || user->email.empty()) return false;
    db::roster_people::lock(tx);
    if (db::roster_people::find_by_account(tx, account)) return false;
    const auto person = find_claimable(tx, user->email);
    if (!person) return false;
    members::approve(tx, account, now);
    bind_person(tx, desk, *person, account, now);
    return true;
}

Result<Done> bind(db::Tx& tx,
                  const RosterDesk& desk,
                  std::string_view sourced_id,
                  AccountId account,
                  const std::string& by,
                  Time now) {
    db::roster_people::lock(tx);
    const auto person = db::roster_people::find_by_sourced_id(tx, sourced_id);
    if (!person || !db::users::find(tx, account))
        return Error{Error::Kind::NotFound, "bind", "There is no such person or member."};
    if (person->account || db::roster_people::find_by_account(tx, account)) {
        return Error{Error::Kind::Unprocessable,
                     "bound already",
                     "The person has an account, or the member is another person of the roster."};
    }
    bind_person(tx, desk, *person, account, now);
    db::audit_log::insert(tx,
                          {.actor = by,
                           .act = "roster.bind",
                           .subject = to_string(person->id),
                           .details = {{"account", to_string(account)}}});
    return Done{};
}

} // namespace educators
