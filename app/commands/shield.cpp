#include "moderation/shield.h"

#include "app/commands.h"
#include "base/time.h"
#include "db/accounts.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

constexpr auto by = "command line";

db::Account find_member(db::Tx& tx, const std::string& name) {
    auto account = db::accounts::find_by_handle(tx, name, "");
    if (!account) throw CommandFailed(fmt::format("there is no member \"{}\"", name));
    return std::move(*account);
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto shields = db::shields::list(tx, system_now());
    if (shields.empty()) fmt::print("No shield is up.\n");
    for (const auto& shield : shields) {
        const auto account = db::accounts::find(tx, shield.account);
        const auto near = db::shields::approaches(tx, shield.account, system_now());
        fmt::print(
            "{}  until {}, raised by {}; strangers in the last 10 minutes {}, in 6 hours {}\n",
            account ? account->username : to_string(shield.account),
            format_iso8601(shield.until),
            shield.raised_by == "burst" ? "itself" : shield.raised_by,
            near.in_10_minutes,
            near.in_6_hours);
    }
}

void raise(const Start& start, const std::string& name) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    moderation::raise_shield(tx, find_member(tx, name).id, by, system_now());
    tx.commit();
    fmt::print("{} is shielded from strangers for 72 hours. People they know come through.\n",
               name);
}

void lower(const Start& start, const std::string& name) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    if (!moderation::lower_shield(tx, find_member(tx, name).id, by, system_now()))
        throw CommandFailed(fmt::format("{} has no shield up", name));
    tx.commit();
    fmt::print("The shield of {} is down.\n", name);
}

} // namespace

void add_shield(CLI::App& line, const Start& start) {
    auto* shield = line.add_subcommand("shield", "keep strangers at a distance from a member")
                       ->require_subcommand(1);
    shield->add_subcommand("list", "those that are up")->callback([&start] { list(start); });
    auto name = std::make_shared<std::string>();
    auto* up = shield->add_subcommand("raise", "for 72 hours");
    up->add_option("name", *name)->required();
    up->callback([&start, name] { raise(start, *name); });
    auto* down = shield->add_subcommand("lower", "at once");
    down->add_option("name", *name)->required();
    down->callback([&start, name] { lower(start, *name); });
}

} // namespace app
