#include "educators/plan.h"

#include "base/text.h"
#include "educators/judge.h"
#include "educators/student_marks.h"

#include <algorithm>
#include <unordered_set>

namespace educators {
namespace {

/// A person before and after, while the package is gone through.
struct Work {
    db::RosterPerson before{};
    db::RosterPerson after{};
    bool is_seen = false;   ///< The package has a row.
    bool is_frozen = false; ///< Nothing changes: a broken or older row.
    int line = 0;
};

/// Whose outcome is known only after everybody was judged.
struct Asked {
    std::string sourced_id;
    std::size_t work = 0;
    bool is_error = false; ///< Where nothing is held.
};

Outcome outcome_of(std::string_view state) {
    if (state == "educator") return Outcome::Educator;
    if (state == "disabled") return Outcome::Disabled;
    if (state == "review") return Outcome::Review;
    if (state == "removed") return Outcome::Removed;
    return Outcome::Ignored;
}

bool is_held(const db::RosterPerson& person) {
    return person.state == "educator" || person.state == "disabled" || person.state == "review";
}

class Planner {
  public:
    Planner(Package package,
            Held held,
            const KeyedHash& hash,
            const PlanOptions& options,
            Findings& findings);

    Plan make();

  private:
    bool is_bulk() const { return package_.people_mode == FileMode::Bulk; }
    void plan_orgs();
    void index();
    void take_person(PersonRow row);
    void take_new(PersonRow row);
    void take_delta_v1p2(PersonRow& row, Work& work);
    void take_deleted(const PersonRow& row);
    void take_other(OtherRow row);
    void remove_missing();
    void judge_all();
    void judge_one(Work& work, bool shares_email);
    void mark_past(Work& work) const;
    void add_other(const Work& work, std::optional<char> kind);
    void clear_marks();
    void collect();

    std::optional<Time> known_until(const db::RosterPerson& before) const;
    bool is_older(const std::optional<Time>& modified, const std::optional<Time>& known) const;
    Work* find(const std::string& sourced_id);
    Work& add(db::RosterPerson person, int line);
    void answer(const std::string& sourced_id, Outcome outcome) {
        plan_.outcomes.push_back({sourced_id, outcome});
    }
    void ask(const std::string& sourced_id, const Work& work, bool is_error = false) {
        asked_.push_back({sourced_id, static_cast<std::size_t>(&work - works_.data()), is_error});
    }
    void report(std::string_view code, int line, bool is_user = true) {
        findings_.add({std::string(code), is_user ? "users.csv" : "roles.csv", line});
    }

    Package package_;
    Held held_;
    const KeyedHash& hash_;
    const PlanOptions& options_;
    Findings& findings_;
    Plan plan_;
    std::vector<Work> works_;
    std::unordered_map<std::string, std::size_t> by_id_;
    std::unordered_map<std::string, const db::RosterOther*> others_by_id_;
    std::unordered_map<std::string, const db::RosterOther*> others_by_email_;
    std::unordered_set<std::string> other_ids_in_package_; ///< Of those in others_by_id_.
    std::unordered_set<std::string> orgs_;
    std::vector<Asked> asked_;
    struct OtherLine {
        std::size_t place;
        int line;
    };
    std::vector<OtherLine> other_lines_; ///< Of plan_.others, where the package has a row.
};

Planner::Planner(Package package,
                 Held held,
                 const KeyedHash& hash,
                 const PlanOptions& options,
                 Findings& findings)
    : package_(std::move(package)), held_(std::move(held)), hash_(hash), options_(options),
      findings_(findings) {}

void Planner::index() {
    // References to works_ stay good while rows are taken.
    works_.reserve(held_.people.size() + package_.people.size());
    for (auto& person : held_.people) {
        by_id_.emplace(person.sourced_id, works_.size());
        works_.push_back({.before = person, .after = std::move(person)});
    }
    held_.people.clear();
    for (const auto& other : held_.others) {
        others_by_id_.emplace(other.id_hash, &other);
        if (!other.email_hash.empty()) others_by_email_.emplace(other.email_hash, &other);
    }
    for (const auto& other : package_.others) {
        if (other.is_deleted || others_by_id_.empty()) continue;
        auto id_hash = other.hashes.id_hash();
        if (others_by_id_.contains(id_hash)) other_ids_in_package_.insert(std::move(id_hash));
    }
}

Work* Planner::find(const std::string& sourced_id) {
    const auto found = by_id_.find(sourced_id);
    return found == by_id_.end() ? nullptr : &works_[found->second];
}

Work& Planner::add(db::RosterPerson person, int line) {
    by_id_.emplace(person.sourced_id, works_.size());
    return works_.emplace_back(Work{.after = std::move(person), .is_seen = true, .line = line});
}

/// Until when our knowledge of somebody goes: their own last change, or the last snapshot.
std::optional<Time> Planner::known_until(const db::RosterPerson& before) const {
    return std::max(before.modified_at, held_.bulk_taken_at);
}

bool Planner::is_older(const std::optional<Time>& modified,
                       const std::optional<Time>& known) const {
    const auto at = is_bulk() ? std::optional(options_.taken_at) : modified;
    return at < known;
}

void Planner::plan_orgs() {
    const bool is_snapshot = package_.orgs_mode == FileMode::Bulk;
    std::unordered_map<std::string, const db::RosterOrg*> held;
    for (const auto& org : held_.orgs) {
        held.emplace(org.sourced_id, &org);
        orgs_.insert(org.sourced_id);
    }
    std::unordered_set<std::string> kept(package_.broken_orgs.begin(), package_.broken_orgs.end());
    for (auto& row : package_.orgs) {
        const auto before = held.find(row.org.sourced_id);
        const bool is_known = before != held.end();
        if (!is_snapshot && is_known && row.org.modified_at <= before->second->modified_at)
            continue;
        if (row.is_deleted) {
            if (!is_snapshot && is_known) plan_.orgs_removed.push_back(row.org.sourced_id);
            continue;
        }
        kept.insert(row.org.sourced_id);
        orgs_.insert(row.org.sourced_id);
        if (!is_known || *before->second != row.org) plan_.orgs.push_back(std::move(row.org));
    }
    if (is_snapshot) {
        for (const auto& org : held_.orgs)
            if (!kept.contains(org.sourced_id)) plan_.orgs_removed.push_back(org.sourced_id);
    }
    for (const auto& gone : plan_.orgs_removed)
        orgs_.erase(gone);
}

void Planner::take_deleted(const PersonRow& row) {
    const auto& id = row.person.sourced_id;
    auto* const work = find(id);
    if (is_bulk()) {
        // Not in the file: who is held goes with the others who are missing.
        const bool was_staff =
            std::ranges::any_of(row.person.roles, [](const db::RosterRole& role) {
                const auto role_class = class_of(role.role);
                return role_class == RoleClass::Staff || role_class == RoleClass::Proctor;
            });
        if (work == nullptr || !is_held(work->before))
            answer(id, was_staff ? Outcome::Removed : Outcome::Ignored);
        return;
    }
    if (work != nullptr) {
        work->is_seen = true;
        const auto known = known_until(work->before);
        if (row.person.modified_at > known) {
            work->after.is_gone = true;
            work->after.modified_at = row.person.modified_at;
        } else if (row.person.modified_at < known) {
            report("older", row.line);
        }
        ask(id, *work);
        return;
    }
    if (others_by_id_.contains(row.person.id_hash))
        plan_.others_removed.push_back(row.person.id_hash);
    else
        report("unknown-deleted", row.line);
    answer(id, Outcome::Ignored);
}

void Planner::take_delta_v1p2(PersonRow& row, Work& work) {
    auto& after = work.after;
    if (row.has_user_row) {
        const auto known = known_until(work.before);
        if (row.person.modified_at > known) {
            auto fresh = std::move(row.person);
            fresh.id = after.id;
            fresh.account = after.account;
            fresh.closed_account = after.closed_account;
            fresh.was = after.was;
            fresh.state = after.state;
            fresh.decision = after.decision;
            fresh.decided_reasons = after.decided_reasons;
            row.person.roles = std::exchange(fresh.roles, std::move(after.roles));
            after = std::move(fresh);
        } else if (row.person.modified_at < known) {
            report("older", row.line);
        }
    }
    after.is_twice = after.is_twice || row.person.is_twice;
    for (auto& role : row.person.roles) {
        const auto held =
            std::ranges::find(after.roles, role.sourced_id, &db::RosterRole::sourced_id);
        const auto known = held == after.roles.end()
                               ? held_.bulk_taken_at
                               : std::max(held->modified_at, held_.bulk_taken_at);
        if (role.modified_at <= known) {
            if (role.modified_at < known) report("older", row.line, false);
        } else if (held != after.roles.end()) {
            *held = std::move(role);
        } else {
            after.roles.push_back(std::move(role));
        }
    }
    std::ranges::sort(after.roles, {}, &db::RosterRole::sourced_id);
}

void Planner::take_new(PersonRow row) {
    const auto id = row.person.sourced_id;
    if (row.has_user_row && !is_bulk() && row.person.modified_at < held_.bulk_taken_at) {
        report("older", row.line);
        answer(id, Outcome::Ignored);
        return;
    }
    if (!row.has_user_row) {
        const bool is_known_other = others_by_id_.contains(row.person.id_hash);
        const bool is_deleted = !row.person.roles.empty() &&
                                std::ranges::all_of(row.person.roles, &db::RosterRole::deleted);
        if (!is_known_other) {
            report(is_deleted ? "unknown-deleted" : "user-unknown", row.line, false);
            answer(id, is_deleted ? Outcome::Ignored : Outcome::Error);
            return;
        }
    }
    auto& work = add(std::move(row.person), row.line);
    ask(id, work, row.has_broken_role);
}

void Planner::take_person(PersonRow row) {
    if (row.is_deleted && !row.is_broken) {
        take_deleted(row);
        return;
    }
    auto* const work = find(row.person.sourced_id);
    if (row.is_broken) {
        if (work != nullptr) {
            work->is_seen = true;
            work->is_frozen = true;
            ask(row.person.sourced_id, *work, true);
        } else {
            answer(row.person.sourced_id, Outcome::Error);
        }
        return;
    }
    std::ranges::sort(row.person.roles, {}, &db::RosterRole::sourced_id);
    if (work == nullptr) {
        take_new(std::move(row));
        return;
    }
    work->is_seen = true;
    work->line = row.line;
    ask(row.person.sourced_id, *work, row.has_broken_role);
    if (!is_bulk() && package_.version == RosterVersion::V1p2) {
        take_delta_v1p2(row, *work);
    } else if (is_bulk() ? is_older({}, work->before.modified_at)
                         : row.person.modified_at <= known_until(work->before)) {
        if (is_bulk() || row.person.modified_at < known_until(work->before))
            report("older", row.line);
        work->is_frozen = true;
    } else {
        auto fresh = std::move(row.person);
        fresh.id = work->before.id;
        fresh.account = work->before.account;
        fresh.closed_account = work->before.closed_account;
        fresh.was = work->before.was;
        fresh.state = work->before.state;
        fresh.decision = work->before.decision;
        fresh.decided_reasons = work->before.decided_reasons;
        work->after = std::move(fresh);
    }
    // One broken role beside no good one: nothing changes.
    if (row.has_broken_role) {
        const JudgeOptions judging{
            std::chrono::floor<std::chrono::days>(options_.now), options_.student_domains, orgs_};
        if (!is_staff(work->after, judging)) work->is_frozen = true;
    }
}

void Planner::take_other(OtherRow row) {
    auto* const work = find(row.sourced_id);
    const bool was_held = work != nullptr && is_held(work->before);
    // One id for a student and a member of staff: the latter is held, and told already.
    if (work != nullptr && work->is_seen) return;
    if (row.is_deleted && is_bulk()) {
        if (!was_held) answer(row.sourced_id, Outcome::Ignored);
        return;
    }
    const auto known = work == nullptr ? held_.bulk_taken_at : known_until(work->before);
    if (!is_bulk() && row.modified_at <= known) {
        if (row.modified_at < known) report("older", row.line);
        answer(row.sourced_id, work == nullptr ? Outcome::Ignored : outcome_of(work->before.state));
        if (work != nullptr) work->is_seen = true;
        return;
    }
    if (row.is_broken && was_held) {
        work->is_seen = true;
        work->is_frozen = true;
        ask(row.sourced_id, *work, true);
        return;
    }
    if (work != nullptr) {
        // A member of staff yesterday, a student or parent today.
        work->is_seen = true;
        work->after.is_gone = true;
        work->after.modified_at = row.modified_at;
    }
    if (row.is_deleted) {
        plan_.others_removed.push_back(row.hashes.id_hash());
    } else {
        other_lines_.push_back({plan_.others.size(), row.line});
        plan_.others.push_back(row.hashes.unpack());
    }
    if (was_held)
        ask(row.sourced_id, *work);
    else
        answer(row.sourced_id, row.is_broken ? Outcome::Error : Outcome::Ignored);
}

void Planner::remove_missing() {
    for (auto& work : works_) {
        if (work.is_seen || work.before.is_gone || is_older({}, work.before.modified_at)) continue;
        work.after.is_gone = true;
        if (is_held(work.before)) ask(work.before.sourced_id, work);
    }
}

// Rule 9: whom the last import had as student or family. By address only where the other record is
// not in this package: a teacher may be a parent as well, with two records.
void Planner::mark_past(Work& work) const {
    auto& person = work.after;
    if (!person.was.empty() || is_held(work.before)) return;
    const auto by_id = others_by_id_.find(person.id_hash);
    if (by_id != others_by_id_.end()) {
        person.was = by_id->second->kind;
        return;
    }
    const auto by_email = others_by_email_.find(hash_.of_email(person.email));
    if (person.email.empty() || by_email == others_by_email_.end()) return;
    if (!other_ids_in_package_.contains(by_email->second->id_hash))
        person.was = by_email->second->kind;
}

void Planner::add_other(const Work& work, std::optional<char> kind) {
    const auto& person = work.after;
    db::RosterOther other{.id_hash = person.id_hash,
                          .email_hash = hash_.of_email(person.email),
                          .name_hash = person.name_hash};
    const auto known = others_by_id_.find(person.id_hash);
    if (known != others_by_id_.end()) {
        other.kind = known->second->kind;
        if (other.email_hash.empty()) other.email_hash = known->second->email_hash;
        if (other.name_hash.empty()) other.name_hash = known->second->name_hash;
        other.marks = known->second->marks;
    } else if (!kind) {
        report("no-role", work.line);
        return;
    }
    if (kind) other.kind = *kind;
    if (other.kind == 's' && !person.family_name.empty()) {
        other.marks = marks_of_student(hash_,
                                       {.given = person.given_name, .family = person.family_name},
                                       {person.sourced_id, person.username, person.email});
    }
    other_lines_.push_back({plan_.others.size(), work.line});
    plan_.others.push_back(std::move(other));
}

void Planner::judge_one(Work& work, bool shares_email) {
    const JudgeOptions judging{
        std::chrono::floor<std::chrono::days>(options_.now), options_.student_domains, orgs_};
    auto& person = work.after;
    if (is_staff(person, judging)) {
        mark_past(work);
        judge_staff(person, shares_email, judging);
        return;
    }
    person.reasons.clear();
    const bool was_stored = !work.before.state.empty();
    if (was_stored && work.before.state != "later") {
        person.state = "removed";
        if (work.is_seen && other_kind(person, judging) && !person.is_gone)
            add_other(work, other_kind(person, judging));
    } else if (begins_later(person, judging)) {
        person.state = "later";
        if (!was_stored) report("role-later", work.line);
    } else if (was_stored) {
        person.state = "removed";
    } else {
        add_other(work, other_kind(person, judging));
    }
}

void Planner::judge_all() {
    const JudgeOptions judging{
        std::chrono::floor<std::chrono::days>(options_.now), options_.student_domains, orgs_};
    std::unordered_map<std::string, int> staff_by_email;
    for (auto& work : works_) {
        if (work.is_frozen) work.after = work.before;
        if (!work.after.email.empty() && is_staff(work.after, judging))
            ++staff_by_email[fold(work.after.email)];
    }
    // A broken role beside no good one, of somebody new: nothing is stored.
    std::unordered_set<std::size_t> errors;
    for (const auto& asked : asked_) {
        if (asked.is_error && works_[asked.work].before.state.empty() &&
            !is_staff(works_[asked.work].after, judging))
            errors.insert(asked.work);
    }
    for (std::size_t i = 0; i < works_.size(); ++i) {
        auto& work = works_[i];
        if (work.is_frozen || errors.contains(i)) continue;
        bool shares_email = false;
        if (!work.after.email.empty() && is_staff(work.after, judging)) {
            shares_email = staff_by_email[fold(work.after.email)] > 1;
            if (shares_email && work.is_seen) report("email-shared", work.line);
        }
        judge_one(work, shares_email);
    }
}

// What a member of staff has, too, marks nobody.
void Planner::clear_marks() {
    for (const auto& work : works_) {
        const auto& person = work.after;
        if (!is_held(person)) continue;
        if (!person.name_hash.empty()) plan_.staff_names.push_back(person.name_hash);
        const auto marks =
            marks_of_pairs(hash_, {.given = person.given_name, .family = person.family_name});
        plan_.staff_marks.insert(plan_.staff_marks.end(), marks.begin(), marks.end());
        if (person.state != "review" && !person.email.empty())
            plan_.staff_emails.push_back(hash_.of_email(person.email));
    }
    const std::unordered_set<std::string> names(plan_.staff_names.begin(), plan_.staff_names.end());
    const std::unordered_set<std::string> emails(plan_.staff_emails.begin(),
                                                 plan_.staff_emails.end());
    for (auto& other : plan_.others)
        if (names.contains(other.name_hash)) other.name_hash.clear();
    for (const auto& [place, line] : other_lines_) {
        auto& other = plan_.others[place];
        if (!emails.contains(other.email_hash)) continue;
        report("email-of-staff", line);
        other.email_hash.clear();
    }
}

void Planner::collect() {
    for (const auto& [sourced_id, place, is_error] : asked_) {
        const auto& work = works_[place];
        if (is_error && !is_held(work.before) && !is_held(work.after))
            answer(sourced_id, Outcome::Error);
        else
            answer(sourced_id, outcome_of(work.after.state));
    }
    const auto is_changed = [](const Work& work) {
        return !work.after.state.empty() && work.after != work.before;
    };
    plan_.changes.reserve(static_cast<std::size_t>(std::ranges::count_if(works_, is_changed)));
    for (auto& work : works_) {
        if (work.before.state == "educator") {
            ++plan_.educators_held;
            if (work.after.state == "removed" || work.after.state == "disabled")
                ++plan_.educators_lost;
        }
        if (!is_changed(work)) continue;
        plan_.changes.push_back({std::move(work.before), std::move(work.after)});
    }
}

Plan Planner::make() {
    plan_.is_bulk = is_bulk();
    plan_.knows_others = package_.knows_others;
    if (is_bulk() && options_.taken_at < held_.bulk_taken_at) {
        findings_.add({"older-bulk", "package"});
        return std::move(plan_);
    }
    plan_orgs();
    index();
    // Of a large district each copy of its rows counts.
    plan_.outcomes.reserve(package_.people.size() + package_.others.size());
    plan_.others.reserve(package_.others.size());
    for (auto& row : package_.people)
        take_person(std::move(row));
    package_.people = {};
    for (; !package_.others.empty(); package_.others.pop_front())
        take_other(std::move(package_.others.front()));
    if (is_bulk()) remove_missing();
    judge_all();
    clear_marks();
    collect();
    return std::move(plan_);
}

} // namespace

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
    case Outcome::Educator:
        return "educator";
    case Outcome::Disabled:
        return "disabled";
    case Outcome::Review:
        return "review";
    case Outcome::Ignored:
        return "ignored";
    case Outcome::Removed:
        return "removed";
    case Outcome::Error:
        return "error";
    }
    return "";
}

Plan make_plan(Package package,
               Held held,
               const KeyedHash& hash,
               const PlanOptions& options,
               Findings& findings) {
    return Planner(std::move(package), std::move(held), hash, options, findings).make();
}

bool needs_approval(const Plan& plan, int share_percent, std::size_t least) {
    return plan.is_bulk && plan.educators_lost >= least &&
           plan.educators_lost * 100 >
               plan.educators_held * static_cast<std::size_t>(share_percent);
}

} // namespace educators
