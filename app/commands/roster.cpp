#include "app/roster.h"

#include "app/commands.h"
#include "app/parts.h"
#include "base/time.h"
#include "db/accounts.h"
#include "educators/claims.h"
#include "educators/csv.h"
#include "educators/reviews.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <thread>

namespace app {
namespace {

using educators::ImportEnd;
using educators::ImportReport;
using educators::Severity;

struct ImportArguments {
    std::string path{};
    bool is_dry_run = false;
    bool lenient_headers = false;
    bool accept_shrink = false;
    bool shows_outcomes = false;
    std::string taken_at{};
    std::string as_of{};
};

std::optional<Time> parse_moment(const std::string& text, const char* option) {
    if (text.empty()) return std::nullopt;
    const auto at = parse_iso8601(text);
    if (!at)
        throw CommandFailed(
            fmt::format("{}: \"{}\" is no time such as 2026-08-01T06:00:00Z", option, text));
    return at;
}

void print_findings(const ImportReport& report) {
    for (const auto severity :
         {Severity::Refusal, Severity::Error, Severity::Warning, Severity::Note}) {
        for (const auto& finding : report.findings.list()) {
            if (educators::kind_of(finding.code).severity != severity) continue;
            fmt::print("{:8} {}\n", educators::to_string(severity), educators::describe(finding));
        }
    }
    for (const auto& [code, count] : report.findings.counts()) {
        const auto shown =
            std::ranges::count(report.findings.list(), code, &educators::Finding::code);
        if (std::cmp_less(shown, count))
            fmt::print("         and {} more like it: {}\n",
                       count - static_cast<std::size_t>(shown),
                       educators::kind_of(code).what);
    }
}

void print_differences(const ImportReport& report) {
    constexpr int most = 200;
    int shown = 0;
    for (const auto& difference : report.differences) {
        if (++shown > most) {
            fmt::print("  … and {} more\n", report.differences.size() - most);
            return;
        }
        std::string why;
        for (const auto& reason : difference.reasons)
            why += fmt::format("; {}", educators::explain_reason(reason));
        fmt::print("  {} {} {}{}\n",
                   difference.sourced_id,
                   difference.name,
                   educators::to_string(difference.step),
                   difference.step == educators::Step::ToReview ? why : "");
    }
}

void print_outcomes(const ImportReport& report) {
    fmt::print("sourcedId,outcome\n");
    for (const auto& one : report.outcomes)
        fmt::print("{},{}\n", one.sourced_id, educators::to_string(one.outcome));
}

void print_end(const ImportReport& report) {
    fmt::print("\n");
    for (int i = 0; i < educators::outcome_count; ++i) {
        fmt::print("{:10} {}\n",
                   educators::to_string(static_cast<educators::Outcome>(i)),
                   report.counts[static_cast<std::size_t>(i)]);
    }
    fmt::print("Of students {} and of families {} keyed hashes are kept, nothing else.\n\n",
               report.students,
               report.families);
    if (report.end == ImportEnd::LookedAt) {
        fmt::print("This was a dry run: nothing changed.\n");
        if (report.shrinks) fmt::print("The import would wait for a person.\n");
    } else if (report.end == ImportEnd::Applied) {
        fmt::print("Import {} was applied: {} people changed.\n",
                   to_string(report.id),
                   report.differences.size());
    } else {
        fmt::print("It would remove {} of {} educators, so it waits. Look at it, then:\n"
                   "  staffroom roster approve {}\n  staffroom roster reject {}\n",
                   report.educators_lost,
                   report.educators_held,
                   to_string(report.id),
                   to_string(report.id));
    }
}

void show(const ImportReport& report, bool shows_outcomes) {
    if (shows_outcomes && report.end != ImportEnd::Refused) {
        print_outcomes(report);
        return;
    }
    print_findings(report);
    if (report.end == ImportEnd::Refused)
        throw CommandFailed("the package is refused as a whole; nothing changed");
    print_differences(report);
    print_end(report);
}

educators::ImportMode mode_of(const ImportArguments& arguments) {
    return arguments.is_dry_run ? educators::ImportMode::DryRun : educators::ImportMode::Apply;
}

void import(const Start& start, const ImportArguments& arguments) {
    const auto context = open_context(start);
    const auto desk = roster_desk(*context.pool, context.instance, context.config);
    educators::Findings findings;
    auto files = educators::open_package(arguments.path, findings);
    if (!files) throw CommandFailed(files.error().detail);
    const auto report = educators::run_import(
        desk,
        *files,
        std::move(findings),
        {.mode = mode_of(arguments),
         .accept_shrink = arguments.accept_shrink,
         .lenient_headers = arguments.lenient_headers,
         .now = parse_moment(arguments.as_of, "--as-of").value_or(system_now()),
         .taken_at = parse_moment(arguments.taken_at, "--taken-at"),
         .name = std::filesystem::path(arguments.path).filename().string()});
    show(report, arguments.shows_outcomes);
}

void pull(const Start& start, const ImportArguments& arguments) {
    const auto context = open_context(start);
    if (context.config.roster.rest_url.empty())
        throw CommandFailed("roster.rest_url names no service");
    const auto desk = roster_desk(*context.pool, context.instance, context.config);
    http::LiveClient client(open_client_options(context));
    const auto wait = [](std::chrono::milliseconds time) {
        std::this_thread::sleep_for(time);
        return true;
    };
    const auto report = educators::pull_roster(
        {.desk = desk,
         .client = client,
         .service = roster_service(context.config),
         .waiting = {.pause = wait}},
        {.mode = mode_of(arguments),
         .accept_shrink = arguments.accept_shrink,
         .now = parse_moment(arguments.as_of, "--as-of").value_or(system_now())});
    if (!report) throw CommandFailed(report.error().detail);
    show(*report, arguments.shows_outcomes);
}

void list(const Start& start, const std::string& state, bool as_csv) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    constexpr int most = 1'000'000;
    const auto people = db::roster_people::list_in_state(tx, state, most);
    if (as_csv) {
        const std::vector<std::string> header{
            "sourcedId", "state", "kind", "givenName", "familyName", "email", "account"};
        fmt::print("{}", educators::csv_line(header));
    }
    for (const auto& person : people) {
        const auto account = person.account ? to_string(person.account) : "";
        if (as_csv) {
            const std::vector<std::string> cells{person.sourced_id,
                                                 person.state,
                                                 person.kind,
                                                 person.given_name,
                                                 person.family_name,
                                                 person.email,
                                                 account};
            fmt::print("{}", educators::csv_line(cells));
        } else {
            fmt::print("{:16} {:11} {:32} {:32} {}\n",
                       person.sourced_id,
                       person.kind + (person.leader && person.kind != "leader" ? "*" : ""),
                       educators::shown_name(person),
                       person.email,
                       account.empty() ? "no account" : "has an account");
        }
    }
    if (as_csv) return;
    const auto counts = db::roster_people::count(tx);
    const auto others = db::roster_others::count(tx);
    fmt::print("\n{} educators, {} disabled, {} in review, {} removed; {} have an account.\n"
               "Hashes of {} students and {} family members.\n",
               counts.educators,
               counts.disabled,
               counts.in_review,
               counts.removed,
               counts.bound,
               others.students,
               others.families);
}

void list_imports(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& import : db::roster_imports::list(tx, 50)) {
        fmt::print("{}  {}  {:9} {:12} {}\n",
                   to_string(import.id),
                   format_iso8601(import.at),
                   import.state,
                   import.source,
                   import.name);
    }
}

std::int64_t number_of(const std::string& id) {
    const auto number = parse_id(id);
    if (!number) throw CommandFailed(fmt::format("\"{}\" is no number", id));
    return *number;
}

void approve(const Start& start, const std::string& id) {
    const auto context = open_context(start);
    const auto desk = roster_desk(*context.pool, context.instance, context.config);
    const auto changed =
        educators::release_import(desk, {number_of(id)}, "command line", system_now());
    if (!changed) throw CommandFailed(changed.error().shown);
    fmt::print("Import {} was applied: {} people changed.\n", id, *changed);
}

void reject(const Start& start, const std::string& id) {
    const auto context = open_context(start);
    const auto desk = roster_desk(*context.pool, context.instance, context.config);
    const auto done = educators::reject_import(desk, {number_of(id)}, "command line", system_now());
    if (!done) throw CommandFailed(done.error().shown);
    fmt::print("Import {} is forgotten; nothing changed.\n", id);
}

void list_reviews(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    constexpr int most = 1'000;
    int open = 0;
    for (const auto& person : db::roster_people::list_in_state(tx, "review", most)) {
        fmt::print("{}  {} {} <{}>{}\n",
                   to_string(person.id),
                   person.sourced_id,
                   educators::shown_name(person),
                   person.email,
                   person.decision.empty() ? "" : "  (" + person.decision + ")");
        for (const auto& reason : person.reasons)
            fmt::print("    {}\n", educators::explain_reason(reason));
        if (person.decision.empty()) ++open;
    }
    fmt::print("{} wait for a decision.\n", open);
}

void decide(const Start& start, const std::string& id, educators::Decision decision) {
    const auto context = open_context(start);
    const auto desk = roster_desk(*context.pool, context.instance, context.config);
    const auto person =
        educators::decide_review(desk, {number_of(id)}, decision, "command line", system_now());
    if (!person) throw CommandFailed(person.error().shown);
    fmt::print("{} is {}.\n",
               person->sourced_id,
               decision == educators::Decision::Accepted ? "an educator" : "kept out");
}

void bind_member(const Start& start, const std::string& sourced_id, const std::string& name) {
    const auto context = open_context(start);
    const auto desk = roster_desk(*context.pool, context.instance, context.config);
    db::Tx tx(*context.pool);
    const auto account = db::accounts::find_by_handle(tx, name, "");
    if (!account) throw CommandFailed(fmt::format("there is no member named {}", name));
    const auto done =
        educators::bind(tx, desk, sourced_id, account->id, "command line", system_now());
    if (!done) throw CommandFailed(done.error().shown);
    tx.commit();
    fmt::print("{} is {} of the roster.\n", name, sourced_id);
}

/// What holds wherever a package comes from.
void add_judging(CLI::App& command, ImportArguments& arguments) {
    command.add_flag("--dry-run", arguments.is_dry_run, "the same report; nothing changes");
    command.add_flag(
        "--accept-shrink", arguments.accept_shrink, "apply it although it loses many educators");
    command.add_flag(
        "--outcomes", arguments.shows_outcomes, "print only what becomes of each person, as CSV");
    command.add_option(
        "--as-of", arguments.as_of, "judge the dates of roles as of this time (default: now)");
}

void add_import(CLI::App& roster, const Start& start) {
    auto arguments = std::make_shared<ImportArguments>();
    auto* command = roster.add_subcommand("import", "read a OneRoster package, 1.1 or 1.2");
    command->add_option("path", arguments->path, "a ZIP, or a folder with the CSV files")
        ->required();
    command->add_flag("--lenient-headers",
                      arguments->lenient_headers,
                      "take columns in any order, missing ones and names that others use");
    command->add_option("--taken-at",
                        arguments->taken_at,
                        "when the package was exported (default: its files' time)");
    add_judging(*command, *arguments);
    command->callback([&start, arguments] { import(start, *arguments); });
}

void add_pull(CLI::App& roster, const Start& start) {
    auto arguments = std::make_shared<ImportArguments>();
    auto* command =
        roster.add_subcommand("pull", "ask the OneRoster service that roster.rest_url names");
    add_judging(*command, *arguments);
    command->callback([&start, arguments] { pull(start, *arguments); });
}

void add_review(CLI::App& roster, const Start& start) {
    auto* review = roster.add_subcommand("review", "whom the roster could not decide about")
                       ->require_subcommand(1);
    review->add_subcommand("list", "with reasons")->callback([&start] { list_reviews(start); });
    auto id = std::make_shared<std::string>();
    auto* accept = review->add_subcommand("accept", "they are an educator");
    accept->add_option("id", *id)->required();
    accept->callback([&start, id] { decide(start, *id, educators::Decision::Accepted); });
    auto* refuse = review->add_subcommand("refuse", "they are kept out");
    refuse->add_option("id", *id)->required();
    refuse->callback([&start, id] { decide(start, *id, educators::Decision::Refused); });
}

} // namespace

void add_roster(CLI::App& line, const Start& start) {
    auto* roster =
        line.add_subcommand("roster", "who works in the district")->require_subcommand(1);
    add_import(*roster, start);
    add_pull(*roster, start);
    add_review(*roster, start);
    auto state = std::make_shared<std::string>("educator");
    auto as_csv = std::make_shared<bool>(false);
    auto* listed = roster->add_subcommand("list", "the people of one state");
    listed->add_option("--state", *state, "educator, disabled, review, removed, later")
        ->check(CLI::IsMember({"educator", "disabled", "review", "removed", "later"}));
    listed->add_flag("--csv", *as_csv, "as CSV that is safe in a spreadsheet");
    listed->callback([&start, state, as_csv] { list(start, *state, *as_csv); });
    roster->add_subcommand("imports", "the last imports, and what waits")->callback([&start] {
        list_imports(start);
    });
    auto sourced_id = std::make_shared<std::string>();
    auto member = std::make_shared<std::string>();
    auto* bound = roster->add_subcommand("bind", "a member is this person of the roster");
    bound->add_option("sourcedId", *sourced_id)->required();
    bound->add_option("member", *member, "a name of ours")->required();
    bound->callback([&start, sourced_id, member] { bind_member(start, *sourced_id, *member); });
    auto id = std::make_shared<std::string>();
    auto* approved = roster->add_subcommand("approve", "let a waiting import through");
    approved->add_option("id", *id)->required();
    approved->callback([&start, id] { approve(start, *id); });
    auto* rejected = roster->add_subcommand("reject", "forget a waiting import");
    rejected->add_option("id", *id)->required();
    rejected->callback([&start, id] { reject(start, *id); });
}

} // namespace app
