#pragma once

#include "educators/package.h"

#include <unordered_map>

/// What an import does: the package against what is held. Pure: the database part loads `Held`
/// before and writes the `Plan` after, so that a dry run is the same without writing.
namespace educators {

/// The outcomes of docs/roster.md.
enum class Outcome { Educator, Disabled, Review, Ignored, Removed, Error };
std::string_view to_string(Outcome outcome); ///< "educator", ...
constexpr int outcome_count = 6;

/// What the database knows before the import.
struct Held {
    std::vector<db::RosterPerson> people{};
    std::vector<db::RosterOrg> orgs{};
    /// Students and families whose id or address is that of somebody in the package.
    std::vector<db::RosterOther> others{};
    std::optional<Time> bulk_taken_at{};
};

struct PlanOptions {
    Time now{};      ///< "Today" of the roles' dates.
    Time taken_at{}; ///< Of a bulk package: when it was exported.
    std::vector<std::string> student_domains{};
};

/// One row whose state is another after the import.
struct Change {
    db::RosterPerson before{}; ///< `state` is "" for somebody new.
    db::RosterPerson after{};
};

struct PersonOutcome {
    std::string sourced_id{};
    Outcome outcome = Outcome::Ignored;
};

struct Plan {
    bool is_bulk = false;
    bool knows_others = true;          ///< Of a bulk: `others` are all there are.
    std::vector<Change> changes{};     ///< Only rows that differ.
    std::vector<db::RosterOrg> orgs{}; ///< New or changed.
    std::vector<std::string> orgs_removed{};
    std::vector<db::RosterOther> others{};     ///< All of a bulk, the new and changed of a delta.
    std::vector<std::string> others_removed{}; ///< Of a delta.
    std::vector<std::string> staff_emails{};   ///< Hashes that mark nobody as student or family.
    std::vector<std::string> staff_names{};
    std::vector<std::int64_t> staff_marks{}; ///< Pairs of names of staff.
    std::vector<PersonOutcome> outcomes{};   ///< One for each person of the package.
    std::size_t educators_held = 0;
    std::size_t educators_lost = 0; ///< Removed or disabled by it.
};

/// `package` is used up: its rows move into the plan. An empty one judges anew whom we hold: roles
/// begin and end without any import.
Plan make_plan(Package package,
               Held held,
               const KeyedHash& hash,
               const PlanOptions& options,
               Findings& findings);

/// Rule 20: more than `share` per cent of the educators, and at least `least` people.
bool needs_approval(const Plan& plan, int share_percent, std::size_t least);

} // namespace educators
