#include "app/commands.h"
#include "db/advisories.h"
#include "moderation/advice.h"
#include "moderation/advisory_lists.h"
#include "moderation/list_files.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <sstream>

namespace app {
namespace {

struct Given {
    std::string name{};
    std::string file{};
    std::string host{};
    std::string reason{};
    std::string kind = "host";
    std::size_t threshold = 1;
};

moderation::Act act_of(const Given& given) {
    return {.by = "command line", .reason = given.reason, .now = system_now()};
}

[[noreturn]] void fail(const Error& error) {
    throw CommandFailed(error.shown.empty() ? error.detail : error.shown);
}

std::string read_list(const std::string& name) {
    std::ifstream file(name, std::ios::binary);
    if (!file) throw CommandFailed(fmt::format("cannot read {}", name));
    // One byte more than is taken: a longer file is refused by its length.
    std::string text(moderation::max_list_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

void import_file(const Start& start, const Given& given) {
    const auto context = open_context(start);
    const auto text = read_list(given.file);
    db::Tx tx(*context.pool);
    const auto imported =
        moderation::import_list(tx,
                                context.instance,
                                {.name = given.name, .kind = given.kind, .text = text},
                                act_of(given));
    if (!imported) fail(imported.error());
    tx.commit();
    fmt::print("{} drafts; nothing of them has an effect before `list approve {}`.\n",
               imported->drafts,
               given.name);
    if (imported->without_effect > 0)
        fmt::print("{} had no severity with an effect and were left out.\n",
                   imported->without_effect);
    for (const auto& name : imported->unreadable)
        fmt::print("Left out, no name of a host: {}\n", name);
    for (const auto& name : imported->ours)
        fmt::print("Left out, that would be this server: {}\n", name);
}

void show_all(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& list : db::advisories::list_lists(tx)) {
        fmt::print("{}  {} in force, {} drafts   {} by {}\n    {}\n",
                   list.name,
                   list.in_force,
                   list.drafts,
                   format_iso8601(list.created_at),
                   list.created_by,
                   list.origin);
    }
    for (const auto& exception : db::advisories::list_exceptions(tx))
        fmt::print("No list may speak of {}: {}\n", exception.host, exception.reason);
    fmt::print("What {} of them say counts.\n", moderation::advice_threshold(tx));
}

void show(const Start& start, const Given& given) {
    if (given.name.empty()) return show_all(start);
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto review = moderation::review_list(tx, given.name);
    if (!review) fail(review.error());
    for (const auto& one : *review) {
        fmt::print("{:9} {:9} {:6} {}",
                   one.entry.in_force ? "in force" : "draft",
                   one.entry.kind,
                   one.entry.severity,
                   one.entry.subject);
        if (one.level) fmt::print("   here: {}", db::to_string(*one.level));
        if (one.follows > 0) fmt::print("   {} follows, {} members", one.follows, one.members);
        fmt::print("\n");
        if (!one.entry.reason.empty()) fmt::print("    {}\n", one.entry.reason);
    }
}

void approve(const Start& start, const Given& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto approved = moderation::approve_list(tx, given.name, given.host, act_of(given));
    if (!approved) fail(approved.error());
    tx.commit();
    fmt::print("{} more are in force.\n", approved->in_force);
    for (const auto& host : approved->waits)
        fmt::print("Left as a draft, since it is about a member or partner: {} (approve it with "
                   "--host)\n",
                   host);
}

void withdraw(const Start& start, const Given& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done = moderation::withdraw_list(tx, given.name, act_of(given));
    if (!done) fail(done.error());
    tx.commit();
    fmt::print("Withdrawn, with all it said. What it held waits for a decision (held list).\n");
}

void except(const Start& start, const Given& given, bool excepted) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done = moderation::except_host(tx, given.host, excepted, act_of(given));
    if (!done) fail(done.error());
    tx.commit();
    fmt::print("Lists {} speak of {}.\n", excepted ? "may no more" : "may again", given.host);
}

void set_threshold(const Start& start, const Given& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done = moderation::set_advice_threshold(tx, given.threshold, act_of(given));
    if (!done) fail(done.error());
    tx.commit();
    fmt::print("{} lists must agree.\n", given.threshold);
}

} // namespace

void add_list(CLI::App& line, const Start& start) {
    auto* lists = line.add_subcommand("list", "block lists of others, which warn (filter 11)")
                      ->require_subcommand(1);
    auto given = std::make_shared<Given>();
    const auto with_reason = [&](CLI::App* command) {
        command->add_option("--reason", given->reason, "kept in the record")->required();
        return command;
    };

    auto* imported = lists->add_subcommand("import", "take one in, as drafts");
    imported->add_option("file", given->file, "CSV of Mastodon, CSV or JSON of GoToSocial")
        ->required();
    imported->add_option("--name", given->name, "how it is called here")->required();
    imported->add_option("--kind", given->kind, "host: who sends; link-host: what is linked to")
        ->check(CLI::IsMember({"host", "link-host"}));
    imported->add_option("--reason", given->reason, "kept in the record");
    imported->callback([&start, given] { import_file(start, *given); });

    auto* shown = lists->add_subcommand("show", "all lists, or one with what it would touch");
    shown->add_option("name", given->name);
    shown->callback([&start, given] { show(start, *given); });

    auto* approved = with_reason(lists->add_subcommand("approve", "let drafts take effect"));
    approved->add_option("name", given->name)->required();
    approved->add_option("--host", given->host, "only this one, also a member or partner");
    approved->callback([&start, given] { approve(start, *given); });

    auto* withdrawn = with_reason(lists->add_subcommand("withdraw", "take back all it said"));
    withdrawn->add_option("name", given->name)->required();
    withdrawn->callback([&start, given] { withdraw(start, *given); });

    auto* excepted = with_reason(lists->add_subcommand("except", "no list may speak of a host"));
    excepted->add_option("host", given->host)->required();
    excepted->callback([&start, given] { except(start, *given, true); });
    auto* again = with_reason(lists->add_subcommand("unexcept", "lists may speak of it again"));
    again->add_option("host", given->host)->required();
    again->callback([&start, given] { except(start, *given, false); });

    auto* threshold = with_reason(lists->add_subcommand("threshold", "so many must agree"));
    threshold->add_option("number", given->threshold)->required();
    threshold->callback([&start, given] { set_threshold(start, *given); });
}

} // namespace app
