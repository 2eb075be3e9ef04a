#pragma once

#include "db/pool.h"
#include "db/roster_imports.h"
#include "educators/plan.h"
#include "educators/roster_accounts.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// An import with its database: one transaction that reads what is held, and writes the plan.
namespace educators {

struct RosterSettings {
    std::vector<std::string> student_domains{};
    int shrink_percent = 10; ///< Rule 20.
    std::size_t shrink_least = 5;
    std::string service_host{}; ///< Of the roster's REST service; empty: there is none.
    bool service_reads_students = false;
};

struct RosterDesk {
    db::Pool& pool;
    RosterSettings settings{};
    AccountRules accounts{};
};

enum class ImportMode {
    Apply,
    DryRun,  ///< Changes nothing, stores nothing.
    Preview, ///< Changes nothing; stored, so that a person can look and release it.
};

struct ImportRequest {
    ImportMode mode = ImportMode::Apply;
    bool accept_shrink = false;
    bool lenient_headers = false;
    Time now{};
    std::optional<Time> taken_at{}; ///< Nothing: the newest file's time, at most `now`.
    std::string source = "command line";
    std::string name{};  ///< What its owner calls it.
    std::string stamp{}; ///< Of a watched file.
    std::string actor = "command line";
};

/// How one person's standing changes.
enum class Step { Joins, Returns, Leaves, Disabled, ToReview, Changes };
std::string_view to_string(Step step); ///< "joins", ...
struct Difference {
    Step step = Step::Changes;
    std::string sourced_id{};
    std::string name{};
    std::vector<std::string> reasons{}; ///< With ToReview.
};
std::string shown_name(const db::RosterPerson& person);

enum class ImportEnd { Applied, Waits, Refused, LookedAt };

struct ImportReport {
    ImportEnd end = ImportEnd::Refused;
    db::ImportId id{}; ///< 0 after a dry run.
    Findings findings{};
    std::array<std::size_t, outcome_count> counts{}; ///< By Outcome.
    std::vector<PersonOutcome> outcomes{};
    std::vector<Difference> differences{};
    std::size_t students = 0; ///< Hashed by this package.
    std::size_t families = 0;
    std::size_t educators_held = 0;
    std::size_t educators_lost = 0;
    bool is_bulk = false;
    bool shrinks = false; ///< Rule 20 stopped it, or would.
    Time taken_at{};
};

/// Reads, plans and, as the mode says, applies; `files` is nothing when opening it was refused
/// already, with the reason in `findings`. A refusal is stored too, but for a dry run.
/// Throws db::Unavailable.
ImportReport run_import(const RosterDesk& desk,
                        const std::optional<PackageFiles>& files,
                        Findings findings,
                        const ImportRequest& request);

/// Lets a waiting import through, or forgets it.
/// Errors: NotFound (nothing waits under this id); Unprocessable (the roster changed since).
Result<std::size_t> release_import(const RosterDesk& desk,
                                   db::ImportId id,
                                   const std::string& by,
                                   Time now);
Result<Done> reject_import(const RosterDesk& desk,
                           db::ImportId id,
                           const std::string& by,
                           Time now);

/// What today makes of who is held: roles begin and end. Returns how many changed.
std::size_t judge_today(const RosterDesk& desk, Time now);

/// The instance's key for students and families; made when it is asked for first.
KeyedHash load_keyed_hash(db::Tx& tx);

/// What decided last about the roster; a waiting import holds only while it stays.
std::string roster_version(db::Tx& tx);
void bump_roster_version(db::Tx& tx);

} // namespace educators
