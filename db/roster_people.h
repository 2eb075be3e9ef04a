#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using PersonId = Id<struct PersonTag>;
using Day = std::chrono::sys_days;

/// A row of `roster_roles`.
struct RosterRole {
    std::string sourced_id{};
    std::string role{}; ///< OneRoster's token.
    bool is_primary = false;
    std::string org{};
    std::optional<Day> begins{};
    std::optional<Day> ends{}; ///< The last day.
    bool deleted = false;
    std::optional<Time> modified_at{}; ///< Of a delta row.
    bool operator==(const RosterRole&) const = default;
};

/// A row of `roster_people`: somebody who works, worked or may work in the district.
struct RosterPerson {
    PersonId id{}; ///< 0: not stored yet.
    std::string sourced_id{};
    std::string id_hash{};
    std::string username{};
    std::string email{};
    std::string given_name{};
    std::string family_name{};
    std::string name_hash{};
    bool enabled = true;
    bool has_grades = false;
    std::string was{}; ///< "s", "f": the roster had them as student or family.
    bool is_twice = false;
    bool is_gone = false; ///< No user of the roster any more.
    std::string state{};  ///< "educator", "disabled", "review", "removed", "later"; "": not stored.
    std::string kind{};
    bool leader = false;
    std::vector<std::string> reasons{};
    std::string decision{}; ///< "accepted", "refused".
    std::vector<std::string> decided_reasons{};
    std::optional<Time> modified_at{};
    bool closed_account = false; ///< The roster disabled the account, or ended it.
    AccountId account{};         ///< 0: nobody claimed it.
    std::vector<RosterRole> roles{};
    bool operator==(const RosterPerson&) const = default;
};

} // namespace db

namespace db::roster_people {

/// One import, review or claim at a time; until the end of the transaction.
void lock(Tx& tx);

/// Everybody, with roles.
std::vector<RosterPerson> list(Tx& tx);
/// In state `state`, at most `most`, oldest first; without roles.
std::vector<RosterPerson> list_in_state(Tx& tx, std::string_view state, int most);
/// Educators whose account is known; without roles.
std::vector<RosterPerson> list_bound_educators(Tx& tx);
std::optional<RosterPerson> find(Tx& tx, PersonId id);
std::optional<RosterPerson> find_by_sourced_id(Tx& tx, std::string_view sourced_id);
std::optional<RosterPerson> find_by_account(Tx& tx, AccountId account);
/// All that have the address, compared without case.
std::vector<RosterPerson> list_by_email(Tx& tx, std::string_view email);

/// Inserts or updates by sourced id, with the roles; `account` and `bound_at` stay as they are.
/// `now` becomes `state_since` of those whose state changes. At most a few thousand at once.
void store(Tx& tx, std::span<const RosterPerson> people, Time now);
void bind_account(Tx& tx, PersonId person, AccountId account, Time now);
/// The roster may open the account again.
void set_closed_account(Tx& tx, PersonId person);

struct Counts {
    std::int64_t educators = 0;
    std::int64_t disabled = 0;
    std::int64_t in_review = 0;
    std::int64_t removed = 0;
    std::int64_t bound = 0;
};
Counts count(Tx& tx);

/// Who was removed before `before` and has no account is forgotten.
void forget_removed(Tx& tx, Time before);

} // namespace db::roster_people
