#include "app/commands.h"
#include "db/accounts.h"
#include "members/duties.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

AccountId find_member(db::Tx& tx, const std::string& name) {
    const auto account = db::accounts::find_by_handle(tx, name, "");
    if (!account || !db::users::find(tx, account->id))
        throw CommandFailed(fmt::format("there is no member named {}", name));
    return account->id;
}

void change(const Start& start, const std::string& name, const std::string& duty, bool gives) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto member = find_member(tx, name);
    const auto parsed = *members::parse_duty(duty);
    const bool changed = gives ? members::give_duty(tx, member, parsed, "command line")
                               : members::take_duty(tx, member, parsed, "command line");
    tx.commit();
    if (!changed)
        fmt::print("It was so before.\n");
    else
        fmt::print("{} is {} {}.\n", name, gives ? "a" : "no longer", duty);
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& duty : db::member_duties::list(tx)) {
        const auto account = db::accounts::find(tx, duty.account);
        fmt::print("{:16} {}\n", duty.duty, account ? account->username : "?");
    }
}

} // namespace

void add_duty(CLI::App& line, const Start& start) {
    auto* duties = line.add_subcommand("duty", "who is charged with roster, privacy, records")
                       ->require_subcommand(1);
    duties->add_subcommand("list", "who is what")->callback([&start] { list(start); });
    auto name = std::make_shared<std::string>();
    auto duty = std::make_shared<std::string>();
    const auto add = [&](const char* command, const char* help, bool gives) {
        auto* changed = duties->add_subcommand(command, help);
        changed->add_option("name", *name, "a member")->required();
        changed->add_option("duty", *duty)
            ->required()
            ->check(CLI::IsMember({"roster officer", "privacy officer", "records officer"}));
        changed->callback([&start, name, duty, gives] { change(start, *name, *duty, gives); });
    };
    add("give", "charge a member with it", true);
    add("take", "they are charged with it no more", false);
}

} // namespace app
