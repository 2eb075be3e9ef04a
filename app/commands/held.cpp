#include "moderation/held.h"

#include "app/commands.h"
#include "base/time.h"
#include "db/held_items.h"
#include "moderation/filters.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto items = db::held_items::list_open(tx);
    if (items.empty()) fmt::print("Nothing is held.\n");
    for (const auto& item : items) {
        fmt::print("{}  {} {}  {}: {}\n    {} by itself at {}\n",
                   to_string(item.id),
                   item.direction == db::HeldDirection::In ? "from" : "to",
                   item.host.empty() ? "us" : item.host,
                   item.filter,
                   moderation::explain(item.reason),
                   item.release_at_deadline ? "released" : "rejected",
                   format_iso8601(item.deadline));
    }
}

void decide(const Start& start, const std::string& id, db::HeldDecision decision) {
    const auto number = parse_id(id);
    if (!number)
        throw CommandFailed(fmt::format("\"{}\" is no id; `staffroom held list` shows them", id));
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto item =
        moderation::decide_held(tx, {*number}, decision, "command line", system_now());
    if (!item) {
        throw CommandFailed(item.error().kind == Error::Kind::NotFound
                                ? "there is no such item; `staffroom held list` shows what is held"
                                : "somebody decided about it before you");
    }
    tx.commit();
    fmt::print("{} {}.\n", id, decision == db::HeldDecision::Released ? "goes on" : "is rejected");
}

} // namespace

void add_held(CLI::App& line, const Start& start) {
    auto* held =
        line.add_subcommand("held", "what the filters hold for a person")->require_subcommand(1);
    held->add_subcommand("list", "with reason and deadline")->callback([&start] { list(start); });
    auto id = std::make_shared<std::string>();
    auto* release = held->add_subcommand("release", "let it go on");
    release->add_option("id", *id)->required();
    release->callback([&start, id] { decide(start, *id, db::HeldDecision::Released); });
    auto* reject = held->add_subcommand("reject", "refuse it");
    reject->add_option("id", *id)->required();
    reject->callback([&start, id] { decide(start, *id, db::HeldDecision::Rejected); });
}

} // namespace app
