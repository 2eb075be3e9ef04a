#include "db/trends.h"

#include "app/commands.h"
#include "base/time.h"
#include "db/audit_log.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <utility>

namespace app {
namespace {

using db::trends::Kind;

constexpr std::array<std::pair<const char*, Kind>, 3> kinds{
    {{"tag", Kind::Tag}, {"status", Kind::Status}, {"link", Kind::Link}}};

void switch_to(const Start& start, bool on) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    db::trends::set_on(tx, on);
    if (on) db::trends::compute(tx, system_now());
    db::audit_log::insert(
        tx, {.actor = "command line", .act = on ? "trends.on" : "trends.off", .subject = "trends"});
    tx.commit();
    fmt::print("Trends are {}.\n", on ? "on; what you allow is shown to members" : "off");
}

void show_links_to(const Start& start, bool everybody) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    db::trends::set_open_links(tx, everybody);
    db::audit_log::insert(tx,
                          {.actor = "command line",
                           .act = everybody ? "trends.links_open" : "trends.links_closed",
                           .subject = "trends"});
    tx.commit();
    fmt::print("Links that you allow are shown to {}.\n", everybody ? "everybody" : "members");
}

void list(const Start& start) {
    constexpr int most = 40;
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    if (!db::trends::is_on(tx)) fmt::print("Trends are off.\n");
    for (const auto& [name, kind] : kinds) {
        for (const auto& trend : db::trends::candidates(tx, kind, most, 0)) {
            const auto* decision = !trend.allowed   ? "undecided"
                                   : *trend.allowed ? "allowed"
                                                    : "refused";
            fmt::print("{:<9}  {:<6}  {:8.2f}  {}\n", decision, name, trend.score, trend.key);
        }
    }
}

void decide(const Start& start, const std::string& kind, const std::string& key, bool allowed) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& [name, value] : kinds) {
        if (kind == name) db::trends::review(tx, value, key, allowed, system_now());
    }
    db::audit_log::insert(tx,
                          {.actor = "command line",
                           .act = allowed ? "trends.allow" : "trends.refuse",
                           .subject = kind + " " + key});
    tx.commit();
    fmt::print("{} {} is {}.\n", kind, key, allowed ? "allowed" : "refused");
}

struct Choice {
    std::string kind;
    std::string key;
};

void add_decision(CLI::App& trends, const Start& start, const char* name, bool allowed) {
    auto choice = std::make_shared<Choice>();
    auto* command = trends.add_subcommand(
        name, allowed ? "show it while it is talked about" : "do not show it");
    command->add_option("kind", choice->kind)
        ->required()
        ->check(CLI::IsMember({"tag", "status", "link"}));
    command->add_option("key", choice->key, "as `trends list` shows it")->required();
    command->callback(
        [&start, choice, allowed] { decide(start, choice->kind, choice->key, allowed); });
}

} // namespace

void add_trends(CLI::App& line, const Start& start) {
    auto* trends = line.add_subcommand("trends", "what is talked about; off unless switched on")
                       ->require_subcommand(1);
    trends->add_subcommand("on", "compute trends")->callback([&start] { switch_to(start, true); });
    trends->add_subcommand("off", "compute and show none")->callback([&start] {
        switch_to(start, false);
    });
    auto everybody = std::make_shared<bool>(false);
    auto* links = trends->add_subcommand("links-for", "who is shown links: members, or everybody");
    links
        ->add_option_function<std::string>(
            "who",
            [everybody](const std::string& who) { *everybody = who == "everybody"; },
            "members or everybody")
        ->required()
        ->check(CLI::IsMember({"members", "everybody"}));
    links->callback([&start, everybody] { show_links_to(start, *everybody); });
    trends->add_subcommand("list", "what could be shown")->callback([&start] { list(start); });
    add_decision(*trends, start, "allow", true);
    add_decision(*trends, start, "refuse", false);
}

} // namespace app
