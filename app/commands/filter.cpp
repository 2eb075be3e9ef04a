#include "app/commands.h"
#include "base/time.h"
#include "db/filter_modes.h"
#include "moderation/chain_settings.h"
#include "moderation/explanation.h"
#include "moderation/filters.h"
#include "moderation/rules.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

constexpr auto by = "command line";

[[noreturn]] void fail(const Error& error) {
    throw CommandFailed(error.shown.empty() ? error.detail : error.shown);
}

void list_filters(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto settings = moderation::load_settings(tx);
    const auto counts = db::filter_modes::counts(tx, system_now() - std::chrono::hours{24 * 7});
    for (const auto& row : moderation::filters()) {
        const auto* mode = row.filter == nullptr          ? "not built"
                           : settings->observes(row.name) ? "observes"
                                                          : "enforces";
        fmt::print("{:>2}  {:<16} {}\n", row.number, row.name, mode);
        for (const auto& count : counts) {
            if (count.filter != row.name) continue;
            fmt::print("      {:>6}  {} {}{}\n",
                       count.count,
                       count.verdict,
                       count.reason,
                       count.observed ? " (only counted)" : "");
        }
    }
    fmt::print("Counts are of the last seven days.\n");
}

void set_mode(const Start& start, const std::string& filter, bool observes) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto set = moderation::set_mode(tx, filter, observes, by, system_now());
    if (!set) fail(set.error());
    tx.commit();
    fmt::print("The filter \"{}\" {} from now on.\n", filter, observes ? "only counts" : "decides");
}

void print_trial(const moderation::Trial& trial) {
    fmt::print("Of the newest {} posts here it is about {}.\n", trial.posts, trial.hits);
    for (const auto& uri : trial.examples)
        fmt::print("  {}\n", uri);
}

void list_rules(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto rules = db::content_rules::list(tx);
    if (rules.empty()) fmt::print("There are no rules.\n");
    for (const auto& rule : rules) {
        fmt::print("{}  {} {}: {}   {} by {}\n",
                   to_string(rule.id),
                   rule.kind,
                   rule.value,
                   rule.verdict,
                   format_iso8601(rule.created_at),
                   rule.created_by);
        if (!rule.note.empty()) fmt::print("    {}\n", rule.note);
    }
}

void try_rule(const Start& start, const db::ContentRule& rule) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto trial = moderation::try_rule(tx, rule);
    if (!trial) fail(trial.error());
    print_trial(*trial);
    fmt::print("Nothing was changed.\n");
}

void add(const Start& start, const db::ContentRule& rule) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto trial = moderation::try_rule(tx, rule);
    if (!trial) fail(trial.error());
    const auto id = moderation::add_rule(tx, rule, by, system_now());
    if (!id) fail(id.error());
    tx.commit();
    print_trial(*trial);
    fmt::print("Rule {} is in force. What is here already stays.\n", to_string(*id));
}

void withdraw(const Start& start, const std::string& text) {
    const auto id = parse_id(text);
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto released = moderation::withdraw_rule(tx, {id.value_or(0)}, by, system_now());
    if (!released)
        throw CommandFailed("there is no such rule in force; `staffroom rule list` shows them");
    tx.commit();
    fmt::print("Withdrawn. {} held items go on.\n", *released);
}

void explain(const Start& start, const std::string& what) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto reasons = moderation::why(tx, what);
    if (reasons.empty()) {
        fmt::print("Nothing was refused, held or changed that is known by that name. Perhaps it "
                   "never came here.\n");
    }
    for (const auto& reason : reasons) {
        fmt::print("{}  {}{} by {}\n    {}\n",
                   format_iso8601(reason.at),
                   reason.verdict,
                   reason.observed ? " (only counted)" : "",
                   reason.filter,
                   reason.sentence);
    }
}

void add_rule_options(CLI::App& command, const std::shared_ptr<db::ContentRule>& rule) {
    command.add_option("kind", rule->kind, "word, pattern, link-host, media-type, no-description")
        ->required();
    command.add_option("value", rule->value, "what it looks for; none for no-description");
    command.add_option("--verdict", rule->verdict, "strip (media only), limit, hold or reject")
        ->default_val("hold");
}

} // namespace

void add_filter(CLI::App& line, const Start& start) {
    auto* filter = line.add_subcommand("filter", "the twelve filters that everything passes")
                       ->require_subcommand(1);
    filter->add_subcommand("list", "what each did in seven days")->callback([&start] {
        list_filters(start);
    });
    auto name = std::make_shared<std::string>();
    auto* observe = filter->add_subcommand("observe", "let one only count");
    observe->add_option("name", *name)->required();
    observe->callback([&start, name] { set_mode(start, *name, true); });
    auto* enforce = filter->add_subcommand("enforce", "let one decide again");
    enforce->add_option("name", *name)->required();
    enforce->callback([&start, name] { set_mode(start, *name, false); });
}

void add_rule(CLI::App& line, const Start& start) {
    auto* rules = line.add_subcommand("rule", "what this server does not want in posts")
                      ->require_subcommand(1);
    rules->add_subcommand("list", "those in force")->callback([&start] { list_rules(start); });
    auto rule = std::make_shared<db::ContentRule>();
    auto* tried = rules->add_subcommand("try", "see what one would do to the newest posts");
    add_rule_options(*tried, rule);
    tried->callback([&start, rule] { try_rule(start, *rule); });
    auto* added = rules->add_subcommand("add", "put one in force");
    add_rule_options(*added, rule);
    added->add_option("--note", rule->note, "why, for other moderators");
    added->callback([&start, rule] { add(start, *rule); });
    auto id = std::make_shared<std::string>();
    auto* withdrawn = rules->add_subcommand("withdraw", "take one back, and release what it held");
    withdrawn->add_option("id", *id)->required();
    withdrawn->callback([&start, id] { withdraw(start, *id); });
}

void add_explain(CLI::App& line, const Start& start) {
    auto what = std::make_shared<std::string>();
    auto* command = line.add_subcommand("explain", "why something did not arrive");
    command->add_option("what", *what, "the id of an activity, a post or an account, or a host")
        ->required();
    command->callback([&start, what] { explain(start, *what); });
}

} // namespace app
