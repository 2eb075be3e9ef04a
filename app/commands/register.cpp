#include "app/commands.h"
#include "app/parts.h"
#include "app/register_commands.h"
#include "moderation/list_differences.h"
#include "moderation/register_effects.h"
#include "moderation/registers.h"
#include "outbox/peering.h"
#include "outbox/register_job.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

/// Registers of others: what is followed, what waits, what it says. Ours: register_own.cpp.
namespace app {

[[noreturn]] void fail_with(const Error& error) {
    throw CommandFailed(error.shown.empty() ? error.detail : error.shown);
}

moderation::Act act_of(const RegisterWords& given) {
    return {.by = "command line", .reason = given.reason, .now = system_now()};
}

namespace {

db::Register find_register(db::Tx& tx, const std::string& name) {
    auto row = db::registers::find(tx, name);
    if (!row) throw CommandFailed(fmt::format("no register \"{}\" is followed", name));
    return std::move(*row);
}

/// Reads it now, over the client that goes anywhere, and says what came of it.
void check(Context& context, const std::string& name) {
    http::LiveClient client(open_client_options(context));
    const outbox::RegisterReader reader{
        .pool = *context.pool, .client = client, .instance = context.instance};
    db::Register row;
    {
        db::Tx tx(*context.pool);
        row = find_register(tx, name);
    }
    const auto taken = outbox::check_register(reader, row);
    if (!taken) fail_with(taken.error());
    db::Tx tx(*context.pool);
    row = find_register(tx, name);
    if (row.pinned_key.empty()) {
        fmt::print("It shows the key {}\nAsk the house that keeps it whether that is its key, then "
                   "`register confirm {} --key KEY`.\n",
                   row.shown_key,
                   name);
        return;
    }
    fmt::print("{} entries are read and verified.\n", row.version);
    if (row.waits())
        fmt::print("It changes much at once: nothing of that has an effect before `register "
                   "approve {}` (see `register show {}`).\n",
                   name,
                   name);
}

void follow(const Start& start, const RegisterWords& given) {
    auto context = open_context(start);
    {
        db::Tx tx(*context.pool);
        const auto done = moderation::follow_register(tx,
                                                      {.name = given.name,
                                                       .url = given.url,
                                                       .key = given.key,
                                                       .takes_effect = given.takes_effect},
                                                      act_of(given));
        if (!done) fail_with(done.error());
        tx.commit();
    }
    fmt::print("Followed as {}, and read once an hour from now on.\n", given.name);
    check(context, given.name);
}

void confirm(const Start& start, const RegisterWords& given) {
    auto context = open_context(start);
    {
        db::Tx tx(*context.pool);
        const auto done = moderation::confirm_register(tx, given.name, given.key, act_of(given));
        if (!done) fail_with(done.error());
        tx.commit();
    }
    check(context, given.name);
}

void check_now(const Start& start, const RegisterWords& given) {
    auto context = open_context(start);
    check(context, given.name);
}

void unfollow(const Start& start, const RegisterWords& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done =
        moderation::unfollow_register(tx, context.instance, given.name, act_of(given));
    if (!done) fail_with(done.error());
    tx.commit();
    fmt::print("Not followed any more; what it brought is gone. Blocks that you carried out "
               "stay.\n");
}

/// A draft of a block is carried out here, since it ends follows.
void approve_one(db::Tx& tx, const Context& context, const RegisterWords& given) {
    const auto word = moderation::approve_statement(tx, given.name, given.host, act_of(given));
    if (!word) fail_with(word.error());
    if (*word != "drop") return;
    const auto done = outbox::block_peer(tx,
                                         {.instance = context.instance,
                                          .by = "command line",
                                          .reason = given.reason,
                                          .now = system_now()},
                                         given.host);
    if (!done) fail_with(done.error());
}

void approve(const Start& start, const RegisterWords& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    if (!given.host.empty()) {
        approve_one(tx, context, given);
    } else {
        const auto done =
            moderation::approve_register(tx, context.instance, given.name, act_of(given));
        if (!done) fail_with(done.error());
    }
    tx.commit();
    fmt::print("Approved. Entries against members and partners are drafts until they are approved "
               "by name (--host).\n");
}

void refuse(const Start& start, const RegisterWords& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done = moderation::refuse_register(tx, given.name, act_of(given));
    if (!done) fail_with(done.error());
    tx.commit();
    fmt::print("Refused: what was in force stays as it is.\n");
}

void print_state(const db::Register& row) {
    fmt::print("{}  {}  {} entries{}   {}\n",
               row.name,
               row.state,
               row.version,
               row.takes_effect ? ", takes effect" : ", as drafts",
               row.url);
    if (!row.problem.empty()) fmt::print("    {}\n", row.problem);
    if (row.waits())
        fmt::print("    Waits for a person: entries {} to {}.\n", row.applied + 1, row.version);
    if (row.checked_at) fmt::print("    Read last at {}.\n", format_iso8601(*row.checked_at));
}

void status(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& row : db::registers::list(tx))
        print_state(row);
}

std::string words_of(const std::optional<db::RegisterStatement>& statement) {
    if (!statement) return "nothing";
    return statement->issuer.empty() ? statement->word
                                     : statement->word + " by " + statement->issuer;
}

void print_between(const moderation::Between& between) {
    if (between.level) fmt::print("   here: {}", db::to_string(*between.level));
    if (between.follows > 0)
        fmt::print("   {} follows, {} members", between.follows, between.members);
    fmt::print("\n");
}

void show(const Start& start, const RegisterWords& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto row = find_register(tx, given.name);
    print_state(row);
    fmt::print("    Key {}\n", row.signing_key.empty() ? row.shown_key : row.signing_key);
    const moderation::Neighbours neighbours(tx);
    for (const auto& statement : db::registers::list_statements(tx, row.id)) {
        fmt::print("{:11} {} {}", statement.kind, statement.subject, words_of(statement));
        print_between(neighbours.about(statement.subject));
        if (!statement.reason.empty()) fmt::print("    {}\n", statement.reason);
    }
    for (const auto& review : moderation::review_waiting(tx, row)) {
        const auto& one = review.change.either();
        fmt::print("waits       {} {}: {} instead of {}",
                   one.kind,
                   one.subject,
                   words_of(review.change.after),
                   words_of(review.change.before));
        print_between(review.between);
    }
}

void print_report(const moderation::ListReport& report) {
    const auto& one = report.difference;
    fmt::print("{}  {} came, {} went, {} in force ({} % of it new)\n",
               one.list,
               one.added,
               one.removed,
               one.in_force,
               report.new_percent);
    for (const auto& change : report.changes)
        fmt::print("    {} {} {:9} {:5} {}\n",
                   format_date(change.at),
                   change.added ? '+' : '-',
                   change.kind,
                   change.severity,
                   change.subject);
    for (const auto& entry : report.entries) {
        if (entry.word != "accept" && entry.word != "drop") continue;
        fmt::print("    {} says \"{}\" of {}{}{}\n",
                   format_date(entry.taken_at),
                   entry.word,
                   entry.subject,
                   entry.issuer.empty() ? "" : ", attested by ",
                   entry.issuer);
    }
}

void show_differences(const Start& start, const RegisterWords& given) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto since = system_now() - std::chrono::hours{24} * given.days;
    for (const auto& report : moderation::report_differences(tx, since))
        print_report(report);
}

} // namespace

void add_register(CLI::App& line, const Start& start) {
    auto* registers =
        line.add_subcommand("register", "signed lists: those of others that are followed, and ours")
            ->require_subcommand(1);
    auto given = std::make_shared<RegisterWords>();
    const auto add = [&](const char* name, const char* help) {
        auto* command = registers->add_subcommand(name, help);
        command->add_option("name", given->name, "how it is called here")->required();
        return command;
    };
    const auto with_reason = [&](CLI::App* command) {
        command->add_option("--reason", given->reason, "kept in the record")->required();
        return command;
    };
    auto* followed = registers->add_subcommand("follow", "read a register again and again");
    followed->add_option("url", given->url, "its address")->required();
    followed->add_option("--name", given->name, "how it is called here")->required();
    followed->add_option("--key", given->key, "its key, as its house published it");
    followed->add_flag("--take-effect", given->takes_effect, "entries count at once, else drafts");
    with_reason(followed)->callback([&start, given] { follow(start, *given); });
    auto* confirmed = add("confirm", "believe the key that it shows");
    confirmed->add_option("--key", given->key, "as its house told you")->required();
    with_reason(confirmed)->callback([&start, given] { confirm(start, *given); });
    add("check", "read it now")->callback([&start, given] { check_now(start, *given); });
    with_reason(add("unfollow", "take back all it brought"))->callback([&start, given] {
        unfollow(start, *given);
    });
    auto* approved = with_reason(add("approve", "let have its effect what waits"));
    approved->add_option("--host", given->host, "only this draft; a drop is a block");
    approved->callback([&start, given] { approve(start, *given); });
    with_reason(add("refuse", "what waits has no effect"))->callback([&start, given] {
        refuse(start, *given);
    });
    add("show", "what it says, and what waits with what it would touch")->callback([&start, given] {
        show(start, *given);
    });
    registers->add_subcommand("status", "all that are followed")->callback([&start] {
        status(start);
    });
    auto* differences = registers->add_subcommand(
        "differences", "what lists and registers came to say, and what no longer");
    differences->add_option("--days", given->days, "so far back")->check(CLI::Range(1, 400));
    differences->callback([&start, given] { show_differences(start, *given); });
    add_own_register(*registers, start, given);
}

} // namespace app
