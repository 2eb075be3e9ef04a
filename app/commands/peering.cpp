#include "outbox/peering.h"

#include "app/commands.h"
#include "app/parts.h"
#include "app/peer_commands.h"
#include "db/peerings.h"
#include "moderation/covenant.h"
#include "moderation/policy_comparison.h"
#include "outbox/policy_job.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

/// Peering with two sides: what the pages under /admin/peers do, for the terminal.
namespace app {
namespace {

struct Wish {
    std::string host{};
    std::string level = "member";
    std::string reason{};
};

/// Reads what the host promises, over the client that goes to hosts that are no peers.
void read_policy(Context& context, const std::string& host) {
    Parts parts(context);
    http::LiveClient open_client(open_client_options(context));
    actors::Fetcher fetcher({.pool = *context.pool,
                             .client = open_client,
                             .instance = context.instance,
                             .keys = parts.keys,
                             .server_actor = parts.server_actor,
                             .allow_http = !context.config.testing.http_peers.empty()});
    const outbox::PolicyReader reader{.pool = *context.pool,
                                      .instance = context.instance,
                                      .fetcher = fetcher,
                                      .resolver = parts.resolver,
                                      .peers = parts.peers};
    const auto taken = outbox::read_policy_of(reader, host);
    if (!taken)
        throw CommandFailed(
            fmt::format("{}: {} ({})", host, taken.error().shown, taken.error().detail));
    if (*taken == moderation::Taken::Held) fmt::print("{} is on hold.\n", host);
}

void print_changes(const std::vector<moderation::PolicyChange>& changes, std::string_view none) {
    if (changes.empty()) fmt::print("  {}\n", none);
    for (const auto& change : changes)
        fmt::print("  {} {}\n", change.weaker ? "weaker:" : "other: ", change.text);
}

void print_comparison(Context& context, const std::string& host) {
    db::Tx tx(*context.pool);
    const auto ours = moderation::own_policy(tx, context.instance, system_now());
    const auto theirs = moderation::policy_of(tx, host);
    const auto peering = db::peerings::find(tx, host);
    tx.commit();
    if (!theirs || !peering) return;
    fmt::print("Its policy has version {}. Beside ours:\n", theirs->version);
    print_changes(moderation::compare(ours, *theirs, moderation::Beside::Neighbour),
                  "it promises the same");
    if (peering->reviewed_version == 0 || peering->reviewed_version == theirs->version) return;
    db::Tx reading(*context.pool);
    const auto reviewed = moderation::reviewed_policy(reading, *peering);
    if (!reviewed) return;
    fmt::print("Since version {}, which somebody here looked at:\n", reviewed->version);
    print_changes(moderation::compare(*reviewed, *theirs, moderation::Beside::Earlier),
                  "nothing changed");
}

void compare(const Start& start, const Wish& wish) {
    auto context = open_context(start);
    const auto host = canonical_host(wish.host, context.instance);
    read_policy(context, host);
    print_comparison(context, host);
}

using Act = Result<Done> (*)(db::Tx&, const outbox::PeerAct&, const std::string&);

void run(Context& context, const std::string& host, const Wish& wish, const auto& act) {
    db::Tx tx(*context.pool);
    const auto done = act(tx,
                          outbox::PeerAct{.instance = context.instance,
                                          .by = "command line",
                                          .reason = wish.reason,
                                          .now = system_now()},
                          host);
    if (!done) throw CommandFailed(host + ": " + done.error().shown);
    tx.commit();
}

void agree(const Start& start, const Wish& wish) {
    auto context = open_context(start);
    const auto host = canonical_host(wish.host, context.instance);
    read_policy(context, host);
    print_comparison(context, host);
    const auto level = *db::parse_peer_level(wish.level);
    run(context, host, wish, [level](db::Tx& tx, const auto& act, const std::string& name) {
        return outbox::agree_to_peer(tx, act, name, level);
    });
    fmt::print("{} hears that we want to be peers. It counts as {} once both sides have accepted "
               "(`staffroom peer list`).\n",
               host,
               wish.level);
}

void decide(const Start& start, const Wish& wish, Act act, std::string_view said) {
    auto context = open_context(start);
    const auto host = canonical_host(wish.host, context.instance);
    run(context, host, wish, act);
    fmt::print("{} {}.\n", host, said);
}

} // namespace

void add_peering(CLI::App& peer, const Start& start) {
    auto wish = std::make_shared<Wish>();
    const auto add = [&](const char* name, const char* help) {
        auto* command = peer.add_subcommand(name, help);
        command->add_option("host", wish->host, "its name, such as cedar.example")->required();
        command->add_option("--reason", wish->reason, "for the audit log");
        return command;
    };
    add("compare", "read what a host promises, and show how it differs from ours")
        ->callback([&start, wish] { compare(start, *wish); });
    for (const char* name : {"ask", "accept"}) {
        auto* command = add(name, "become peers once both sides have accepted");
        command->add_option("--level", wish->level, "member or partner")
            ->check(CLI::IsMember({"member", "partner"}));
        command->callback([&start, wish] { agree(start, *wish); });
    }
    const auto decision = [&](const char* name, const char* help, Act act, const char* said) {
        add(name, help)->callback([&start, wish, act, said] { decide(start, *wish, act, said); });
    };
    decision("reject",
             "say no to a host that asks, or ask no longer",
             outbox::decline_peer,
             "is told no");
    decision("leave",
             "end the peering and tell it; every follow ends",
             outbox::leave_peer,
             "is no peer any more");
    decision("lower",
             "let a whole host speak as a guest until it is restored",
             outbox::lower_peer,
             "speaks as a guest until it is restored");
    decision("restore",
             "take that back, or a hold for a weaker policy that you have looked at",
             outbox::restore_peer,
             "has its level again");
}

} // namespace app
