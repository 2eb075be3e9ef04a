#include "app/commands.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/roster_orgs.h"
#include "members/duties.h"
#include "members/reach.h"

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

void change_school(const Start& start,
                   const std::string& name,
                   const std::string& org,
                   bool gives) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto member = find_member(tx, name);
    const auto done = gives ? members::give_school(tx, member, org, "command line", system_now())
                            : members::take_school(tx, member, org, "command line");
    if (!done) throw CommandFailed(done.error().shown);
    tx.commit();
    fmt::print("{} is {} moderator of {}.\n", name, gives ? "a" : "no longer", org);
}

void list_orgs(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& org : db::roster_orgs::list(tx))
        fmt::print("{:20} {:12} {}\n", org.sourced_id, org.type, org.name);
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& duty : db::member_duties::list(tx)) {
        const auto account = db::accounts::find(tx, duty.account);
        fmt::print("{:16} {}\n", duty.duty, account ? account->username : "?");
    }
    for (const auto& school : db::school_moderators::list(tx)) {
        const auto account = db::accounts::find(tx, school.account);
        fmt::print("{:16} {}, {} {}\n",
                   "school moderator",
                   account ? account->username : "?",
                   school.org,
                   school.name.empty() ? "(not in the roster)" : school.name);
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

    duties->add_subcommand("schools", "the roster's orgs, with their ids")->callback([&start] {
        list_orgs(start);
    });
    auto org = std::make_shared<std::string>();
    const auto add_school = [&](const char* command, const char* help, bool gives) {
        auto* changed = duties->add_subcommand(command, help);
        changed->add_option("name", *name, "a member")->required();
        changed->add_option("school", *org, "its id in the roster")->required();
        changed->callback([&start, name, org, gives] { change_school(start, *name, *org, gives); });
    };
    add_school("moderate",
               "let them look after reports and accounts of one school and what is below it",
               true);
    add_school("unmoderate", "no more; with the last school they are no moderator", false);
}

} // namespace app
