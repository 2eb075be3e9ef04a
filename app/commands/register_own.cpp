#include "app/parts.h"
#include "app/register_commands.h"
#include "db/accounts.h"
#include "federation/register.h"
#include "moderation/own_register.h"
#include "outbox/approvals.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

/// The register that this house keeps for others.
namespace app {
namespace {

void publish(const Start& start, const RegisterWords& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done = moderation::publish_own_register(tx, act_of(given));
    if (!done) fail_with(done.error());
    const auto key = moderation::own_register_key(tx);
    tx.commit();
    fmt::print("Published: {}\nKey: {}\nTell those who follow it this key by another way than this "
               "server.\n",
               moderation::own_register_uri(context.instance),
               key);
}

void close(const Start& start, const RegisterWords& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done = moderation::close_own_register(tx, act_of(given));
    if (!done) fail_with(done.error());
    tx.commit();
    fmt::print("Not served any more. Who follows it keeps what it said; retract it first if that "
               "should end.\n");
}

void show_own(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto last = db::own_register::last(tx);
    fmt::print("{}  {}, {} entries\n",
               moderation::own_register_uri(context.instance),
               db::own_register::is_open(tx) ? "published" : "not published",
               last ? last->number : 0);
    for (const auto& one : moderation::own_statements(tx)) {
        fmt::print("{:11} {:6} {}{}{}\n",
                   one.kind,
                   one.word,
                   one.subject,
                   one.issuer.empty() ? "" : "   attested by ",
                   one.issuer);
        if (!one.reason.empty()) fmt::print("    {}\n", one.reason);
    }
}

void add_entry(const Start& start, const RegisterWords& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto number = moderation::add_to_own_register(tx,
                                                        {.kind = given.kind,
                                                         .subject = given.host,
                                                         .word = given.word,
                                                         .issuer = given.issuer,
                                                         .reason = given.say},
                                                        act_of(given));
    if (!number) fail_with(number.error());
    tx.commit();
    fmt::print("Entry {}: {} {}\n", *number, given.word, given.host);
}

void take_back(const Start& start, const RegisterWords& given, moderation::TakeBack how) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto number =
        moderation::take_back_of_own_register(tx, given.kind, given.host, how, act_of(given));
    if (!number) fail_with(number.error());
    tx.commit();
    fmt::print("Entry {}: {} is taken back.\n", *number, given.host);
}

// Whoever has the key speaks for the register: one owner asks, another approves at
// /admin/approvals.
void ask_for_new_key(const Start& start, const RegisterWords& given) {
    auto context = open_context(start);
    Parts parts(context);
    db::Tx tx(*context.pool);
    const auto owner = db::accounts::find_by_handle(tx, given.as, "");
    if (!owner) throw CommandFailed(fmt::format("there is no member \"{}\"", given.as));
    const auto asked =
        outbox::ask_approval(tx,
                             {.instance = context.instance,
                              .peers = parts.peers,
                              .account = owner->id,
                              .now = system_now()},
                             {.kind = "register.key",
                              .subject = moderation::own_register_uri(context.instance),
                              .reason = given.reason});
    if (!asked) fail_with(asked.error());
    tx.commit();
    fmt::print("A second owner decides about it at /admin/approvals; then the old key signs the "
               "new one.\n");
}

} // namespace

void add_own_register(CLI::App& registers,
                      const Start& start,
                      const std::shared_ptr<RegisterWords>& given) {
    const auto add = [&](const char* name, const char* help) {
        auto* command = registers.add_subcommand(name, help);
        command->add_option("--reason", given->reason, "kept in the record")->required();
        return command;
    };
    const auto about_host = [&](CLI::App* command) {
        command->add_option("host", given->host, "such as cedar.example")->required();
        command->add_option("--kind", given->kind, "domain: who sends; link-domain: what is linked")
            ->check(CLI::IsMember({"domain", "link-domain"}));
        return command;
    };
    add("publish", "let everybody read ours")->callback([&start, given] {
        publish(start, *given);
    });
    add("close", "serve ours no longer")->callback([&start, given] { close(start, *given); });
    registers.add_subcommand("own", "what ours says")->callback([&start] { show_own(start); });
    auto* added = add("add", "say something of a host, for everybody to read");
    added->add_option("word", given->word, "accept, filter, reject or drop")
        ->required()
        ->check(CLI::IsMember({"accept", "filter", "reject", "drop"}));
    about_host(added);
    added->add_option("--issuer", given->issuer, "server actor that attests people of that host");
    added->add_option("--say", given->say, "why, for everybody to read");
    added->callback([&start, given] { add_entry(start, *given); });
    about_host(add("retract", "take it back"))->callback([&start, given] {
        take_back(start, *given, moderation::TakeBack::Retract);
    });
    about_host(add("tombstone", "take it back, and ask others to forget what was said"))
        ->callback([&start, given] { take_back(start, *given, moderation::TakeBack::Bury); });
    auto* changed = add("new-key", "ask for a new key of ours; a second owner approves");
    changed->add_option("--as", given->as, "the owner who asks")->required();
    changed->callback([&start, given] { ask_for_new_key(start, *given); });
}

} // namespace app
