#include "educators/import.h"

#include "base/crypto.h"
#include "db/audit_log.h"
#include "db/instance_values.h"
#include "db/student_marks.h"
#include "educators/plan_json.h"

#include <algorithm>
#include <span>

namespace educators {
namespace {

constexpr auto key_name = "roster_key";
constexpr auto version_name = "roster_version";

/// What the package needs to be compared with.
Held load_held(db::Tx& tx, const Package& package, const KeyedHash& hash) {
    Held held{.people = db::roster_people::list(tx),
              .orgs = db::roster_orgs::list(tx),
              .bulk_taken_at = db::roster_imports::find_bulk_time(tx)};
    std::vector<std::string> hashes;
    for (const auto& row : package.people) {
        hashes.push_back(row.person.id_hash);
        if (!row.person.email.empty()) hashes.push_back(hash.of_email(row.person.email));
    }
    // Who begins or comes back today may have been a student before.
    for (const auto& person : held.people) {
        if (person.state != "later" && person.state != "removed") continue;
        hashes.push_back(person.id_hash);
        if (!person.email.empty()) hashes.push_back(hash.of_email(person.email));
    }
    held.others = db::roster_others::list_by_id_or_email(tx, hashes);
    return held;
}

void apply_people(db::Tx& tx, const AccountRules& rules, std::vector<Change>& changes, Time now) {
    constexpr std::size_t at_once = 1'000;
    std::vector<db::RosterPerson> some;
    for (auto& change : changes) {
        settle_account(tx, rules, change.before, change.after, now);
        some.push_back(std::move(change.after));
        if (some.size() < at_once) continue;
        db::roster_people::store(tx, some, now);
        some.clear();
    }
    db::roster_people::store(tx, some, now);
}

/// Whom we hold and a snapshot has not. Page by page, since both are most of a district.
void remove_other_others(db::Tx& tx, const std::vector<db::RosterOther>& others) {
    std::vector<std::string_view> kept;
    kept.reserve(others.size());
    for (const auto& other : others)
        kept.emplace_back(other.id_hash);
    std::ranges::sort(kept);
    constexpr int at_once = 10'000;
    std::string last;
    for (;;) {
        auto ids = db::roster_others::list_ids(tx, last, at_once);
        if (ids.empty()) return;
        last = ids.back();
        std::erase_if(ids, [&kept](const std::string& id) {
            return std::ranges::binary_search(kept, std::string_view(id));
        });
        if (!ids.empty()) db::roster_others::remove(tx, ids);
    }
}

void apply_others(db::Tx& tx, const Plan& plan) {
    db::roster_others::store(tx, plan.others);
    if (plan.is_bulk && plan.knows_others) remove_other_others(tx, plan.others);
    db::roster_others::remove(tx, plan.others_removed);
    db::roster_others::forget_marks(tx, plan.staff_emails, plan.staff_names);
    db::student_marks::set_of_staff(tx, plan.staff_marks);
}

void apply(db::Tx& tx, const AccountRules& rules, Plan& plan, Time now) {
    db::roster_orgs::store(tx, plan.orgs);
    db::roster_orgs::remove(tx, plan.orgs_removed);
    apply_others(tx, plan);
    apply_people(tx, rules, plan.changes, now);
    if (plan.is_bulk) attest_educators(tx, rules, now);
    bump_roster_version(tx);
}

Json without_values(const Findings& findings) {
    Json list = Json::array();
    for (const auto& finding : findings.list()) {
        list.push_back({{"code", finding.code},
                        {"file", finding.file},
                        {"line", finding.line},
                        {"column", finding.column}});
        if (finding.may_store_id) list.back()["id"] = finding.id;
    }
    return list;
}

Json count_json(const ImportReport& report) {
    Json counts = Json::object();
    for (int i = 0; i < outcome_count; ++i) {
        counts[std::string(to_string(static_cast<Outcome>(i)))] =
            report.counts[static_cast<std::size_t>(i)];
    }
    counts["students"] = report.students;
    counts["families"] = report.families;
    counts["held"] = report.educators_held;
    counts["lost"] = report.educators_lost;
    counts["joined"] = std::ranges::count_if(report.differences, [](const Difference& one) {
        return one.step == Step::Joins || one.step == Step::Returns;
    });
    return counts;
}

db::RosterImport row_of(const ImportRequest& request, const ImportReport& report) {
    db::RosterImport row;
    row.source = request.source;
    row.name = request.name;
    row.stamp = request.stamp;
    row.actor = request.actor;
    row.is_bulk = report.is_bulk;
    row.taken_at = report.taken_at;
    row.counts = count_json(report);
    row.findings = without_values(report.findings);
    return row;
}

void note(db::Tx& tx, std::string act, const std::string& actor, db::ImportId id, Json details) {
    db::audit_log::insert(tx,
                          {.actor = actor,
                           .act = std::move(act),
                           .subject = to_string(id),
                           .details = std::move(details)});
}

ImportReport refuse(const RosterDesk& desk, const ImportRequest& request, ImportReport report) {
    report.end = ImportEnd::Refused;
    if (request.mode == ImportMode::DryRun) return report;
    auto row = row_of(request, report);
    row.state = "refused";
    row.is_bulk = false;
    db::Tx tx(desk.pool);
    report.id = db::roster_imports::insert(tx, row);
    note(
        tx, "roster.refused", request.actor, report.id, {{"why", report.findings.refusal()->code}});
    tx.commit();
    return report;
}

Step step_of(const Change& change) {
    const auto& was = change.before.state;
    const auto& is = change.after.state;
    if (was == is) return Step::Changes;
    if (is == "educator") return was.empty() || was == "later" ? Step::Joins : Step::Returns;
    if (is == "removed") return Step::Leaves;
    if (is == "disabled") return Step::Disabled;
    if (is == "review") return Step::ToReview;
    return Step::Changes;
}

void describe_plan(const Plan& plan, ImportReport& report) {
    report.is_bulk = plan.is_bulk;
    report.educators_held = plan.educators_held;
    report.educators_lost = plan.educators_lost;
    for (const auto& one : report.outcomes)
        ++report.counts[static_cast<std::size_t>(one.outcome)];
    for (const auto& other : plan.others)
        ++(other.kind == 's' ? report.students : report.families);
    for (const auto& change : plan.changes) {
        report.differences.push_back({.step = step_of(change),
                                      .sourced_id = change.after.sourced_id,
                                      .name = shown_name(change.after),
                                      .reasons = change.after.reasons});
    }
    std::ranges::stable_sort(report.differences, {}, &Difference::step);
}

/// Writes what the mode asks for, and the import's row.
void finish(db::Tx& tx,
            const RosterDesk& desk,
            const ImportRequest& request,
            const std::string& fingerprint,
            Plan& plan,
            ImportReport& report) {
    const bool stops = report.shrinks && !request.accept_shrink;
    auto row = row_of(request, report);
    row.fingerprint = fingerprint;
    if (request.mode == ImportMode::Preview || stops) {
        row.state = "waiting";
        row.why = stops ? "shrink" : "preview";
        row.package = write_plan(plan);
        row.package["version"] = roster_version(tx);
        report.end = ImportEnd::Waits;
    } else {
        apply(tx, desk.accounts, plan, request.now);
        row.state = "applied";
        report.end = ImportEnd::Applied;
    }
    report.id = db::roster_imports::insert(tx, row);
    note(tx, "roster." + row.state, request.actor, report.id, row.counts);
    tx.commit();
}

ReadOptions read_options(const RosterDesk& desk,
                         const PackageFiles& files,
                         const ImportRequest& request) {
    ReadOptions options{.lenient_headers = request.lenient_headers,
                        .student_domains = desk.settings.student_domains,
                        .now = request.now,
                        .has_statuses = files.has_statuses};
    db::Tx tx(desk.pool);
    for (auto& org : db::roster_orgs::list(tx))
        options.held_orgs.push_back(std::move(org.sourced_id));
    return options;
}

KeyedHash committed_hash(db::Pool& pool) {
    db::Tx tx(pool);
    auto hash = load_keyed_hash(tx);
    tx.commit();
    return hash;
}

} // namespace

std::string_view to_string(Step step) {
    switch (step) {
    case Step::Joins:
        return "joins";
    case Step::Returns:
        return "returns";
    case Step::Leaves:
        return "leaves";
    case Step::Disabled:
        return "is disabled";
    case Step::ToReview:
        return "waits for review";
    case Step::Changes:
        return "changes";
    }
    return "";
}

std::string shown_name(const db::RosterPerson& person) {
    if (person.given_name.empty()) return person.family_name;
    if (person.family_name.empty()) return person.given_name;
    return person.given_name + " " + person.family_name;
}

KeyedHash load_keyed_hash(db::Tx& tx) {
    constexpr std::size_t key_bytes = 32;
    const auto key = db::instance_values::set_if_absent(
        tx, key_name, crypto::base64(crypto::random_bytes(key_bytes)));
    return KeyedHash(*crypto::base64_decode(key));
}

std::string roster_version(db::Tx& tx) {
    return db::instance_values::find(tx, version_name).value_or("0");
}

void bump_roster_version(db::Tx& tx) {
    db::instance_values::set(tx, version_name, crypto::random_token());
}

ImportReport run_import(const RosterDesk& desk,
                        const std::optional<PackageFiles>& files,
                        Findings findings,
                        const ImportRequest& request) {
    ImportReport report{.findings = std::move(findings)};
    if (!files) return refuse(desk, request, std::move(report));
    report.taken_at =
        std::min(request.taken_at.value_or(files->changed_at.value_or(request.now)), request.now);
    const auto hash = committed_hash(desk.pool);
    auto package = read_package(*files, hash, read_options(desk, *files, request), report.findings);
    if (!package) return refuse(desk, request, std::move(report));
    const auto fingerprint = package->fingerprint;
    {
        db::Tx tx(desk.pool);
        db::roster_people::lock(tx);
        auto held = load_held(tx, *package, hash);
        auto plan = make_plan(std::move(*package),
                              std::move(held),
                              hash,
                              {.now = request.now,
                               .taken_at = report.taken_at,
                               .student_domains = desk.settings.student_domains},
                              report.findings);
        if (report.findings.refusal() == nullptr) {
            report.shrinks =
                needs_approval(plan, desk.settings.shrink_percent, desk.settings.shrink_least);
            report.outcomes = std::move(plan.outcomes);
            describe_plan(plan, report);
            report.end = ImportEnd::LookedAt;
            if (request.mode != ImportMode::DryRun)
                finish(tx, desk, request, fingerprint, plan, report);
            return report;
        }
    }
    return refuse(desk, request, std::move(report));
}

Result<std::size_t> release_import(const RosterDesk& desk,
                                   db::ImportId id,
                                   const std::string& by,
                                   Time now) {
    db::Tx tx(desk.pool);
    db::roster_people::lock(tx);
    const auto waiting = db::roster_imports::find(tx, id);
    if (!waiting || waiting->state != "waiting") {
        return Error{Error::Kind::NotFound, "no such import", "No import waits under this number."};
    }
    if (waiting->package.at("version") != roster_version(tx)) {
        return Error{Error::Kind::Unprocessable,
                     "the roster changed since",
                     "The roster changed since this was looked at. Import the package again."};
    }
    auto plan = read_plan(waiting->package);
    // Accounts may have been claimed meanwhile.
    for (auto& change : plan.changes) {
        const auto stored = db::roster_people::find_by_sourced_id(tx, change.after.sourced_id);
        if (!stored) continue;
        change.after.account = stored->account;
        change.after.closed_account = stored->closed_account;
    }
    apply(tx, desk.accounts, plan, now);
    db::roster_imports::decide(tx, id, "applied", by, now);
    note(tx, "roster.released", by, id, waiting->counts);
    const auto changed = plan.changes.size();
    tx.commit();
    return changed;
}

Result<Done> reject_import(const RosterDesk& desk,
                           db::ImportId id,
                           const std::string& by,
                           Time now) {
    db::Tx tx(desk.pool);
    if (!db::roster_imports::decide(tx, id, "rejected", by, now)) {
        return Error{Error::Kind::NotFound, "no such import", "No import waits under this number."};
    }
    note(tx, "roster.rejected", by, id, Json::object());
    tx.commit();
    return Done{};
}

std::size_t judge_today(const RosterDesk& desk, Time now) {
    db::Tx tx(desk.pool);
    db::roster_people::lock(tx);
    const auto hash = load_keyed_hash(tx);
    Findings findings;
    auto plan = make_plan({},
                          load_held(tx, {}, hash),
                          hash,
                          {.now = now, .student_domains = desk.settings.student_domains},
                          findings);
    const auto changed = plan.changes.size();
    if (changed > 0) apply(tx, desk.accounts, plan, now);
    tx.commit();
    return changed;
}

} // namespace educators
