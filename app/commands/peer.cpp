#include "app/commands.h"
#include "app/parts.h"
#include "app/peer_commands.h"
#include "base/time.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/deliveries.h"
#include "db/peering_requests.h"
#include "db/peers.h"
#include "federation/nodeinfo.h"
#include "moderation/peer_policies.h"
#include "outbox/farewell.h"
#include "outbox/follow.h"
#include "outbox/peering.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <thread>

namespace app {

std::string canonical_host(const std::string& text, const Instance& instance) {
    const auto host = parse_authority(text);
    if (!host)
        throw CommandFailed(fmt::format("\"{}\" is no host name, such as cedar.example", text));
    if (*host == instance.host) throw CommandFailed("that is this instance itself");
    return *host;
}

namespace {

void set_level(db::Tx& tx, const std::string& host, db::PeerLevel level, std::string_view act) {
    moderation::set_level(tx, host, level, system_now());
    db::audit_log::insert(tx,
                          {
                              .actor = "command line",
                              .act = std::string(act),
                              .subject = host,
                              .details = {{"level", std::string(db::to_string(level))}},
                          });
}

// The other side asked before we did: it hears that it was accepted.
void answer_request(Context& context, const std::string& host) {
    std::optional<db::PeeringRequest> request;
    {
        db::Tx tx(*context.pool);
        request = db::peering_requests::find(tx, host);
    }
    if (!request) return;
    Parts parts(context);
    const auto asker = parts.resolver.resolve_actor(request->actor_uri);
    if (!asker) {
        fmt::print(
            "{} had asked to be a peer, but its server actor cannot be read now ({}). Run the same "
            "command again to answer it.\n",
            host,
            asker.error().detail);
        return;
    }
    db::Tx tx(*context.pool);
    const auto ours = db::accounts::find(tx, parts.server_actor);
    outbox::send_accept(tx, *ours, *asker, request->follow_uri);
    db::peers::set_their_follow(tx, host, request->actor_uri, request->follow_uri);
    db::peering_requests::remove(tx, host);
    tx.commit();
    fmt::print("{} had asked to be a peer; it is told that it was accepted.\n", host);
}

/// The server actor that a host names (FEP-2677); Mastodon and others name none.
Result<db::Account> find_server_actor(Parts& parts, const std::string& host, bool allow_http) {
    const auto ask = [&](const std::string& origin) -> Result<std::string> {
        const auto links =
            parts.fetcher.fetch_json(origin + "/.well-known/nodeinfo", "application/json");
        if (!links) return links.error();
        return federation::parse_server_actor_link(*links, origin);
    };
    auto uri = ask("https://" + host);
    if (!uri && allow_http) uri = ask("http://" + host);
    if (!uri) return uri.error();
    if (uri->empty()) return Error{Error::Kind::NotFound, "it names no server actor"};
    return parts.resolver.resolve_actor(*uri);
}

// Peering has two sides: their house lets ours in when it answers our Follow.
void ask(Context& context, const std::string& host) {
    Parts parts(context);
    const bool allow_http = !context.config.testing.http_peers.empty();
    const auto theirs = find_server_actor(parts, host, allow_http);
    if (!theirs) {
        fmt::print("{} was not asked to let us in ({}). If it runs Staffroom, run the same command "
                   "again when it is up.\n",
                   host,
                   theirs.error().detail);
        return;
    }
    db::Tx tx(*context.pool);
    const auto ours = db::accounts::find(tx, parts.server_actor);
    const bool asked = outbox::ask_to_peer(tx, context.instance, *ours, *theirs, system_now());
    tx.commit();
    if (asked) fmt::print("{} is asked to let us in, too.\n", host);
}

void add(const Start& start, const std::string& name, const std::string& level) {
    auto context = open_context(start);
    const auto host = canonical_host(name, context.instance);
    {
        db::Tx tx(*context.pool);
        set_level(tx, host, *db::parse_peer_level(level), "peer.add");
        tx.commit();
    }
    fmt::print("{} is a peer at level {}.\n", host, level);
    answer_request(context, host);
    // A guest is an ordinary server, whose people answer no house.
    if (level != "guest") ask(context, host);
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    fmt::print("{:40} {:9} {:10} {:10} {}\n", "host", "level", "lets us in", "signs", "deliveries");
    for (const auto& peer : db::peers::list(tx)) {
        std::string health = "fine";
        if (peer.unavailable_at)
            health = "given up since " + format_iso8601(*peer.unavailable_at);
        else if (peer.failing_since)
            health = "failing since " + format_iso8601(*peer.failing_since);
        fmt::print("{:40} {:9} {:10} {:10} {}\n",
                   peer.host,
                   db::to_string(peer.level),
                   peer.our_follow_state.empty() ? "-" : peer.our_follow_state,
                   peer.scheme.empty() ? "-" : peer.scheme,
                   health);
    }
    const auto requests = db::peering_requests::list(tx);
    if (!requests.empty())
        fmt::print(
            "\nWaiting for an answer (staffroom peer add HOST --level … or peer block HOST):\n");
    for (const auto& request : requests) {
        fmt::print("{:40} asked at {}\n", request.host, format_iso8601(request.received_at));
    }
}

// A running server sends the goodbyes; the level falls when they are out, or after ten seconds.
void wait_for_goodbyes(db::Pool& pool, const std::string& host) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (std::chrono::steady_clock::now() < deadline) {
        {
            db::Tx tx(pool);
            if (db::deliveries::count_for_host(tx, host) == 0) return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
    fmt::print("{} could not be told within ten seconds (does the server run?).\n", host);
}

void lower(const Start& start, const std::string& name, db::PeerLevel level, std::string_view act) {
    const auto context = open_context(start);
    const auto host = canonical_host(name, context.instance);
    int ended = 0;
    {
        db::Tx tx(*context.pool);
        const auto peer = db::peers::find(tx, host);
        if (!peer && level == db::PeerLevel::Unknown) {
            throw CommandFailed(
                fmt::format("{} is no peer; `staffroom peer list` shows them", host));
        }
        ended = outbox::end_follows_with(tx, host, system_now());
        tx.commit();
    }
    if (ended > 0) wait_for_goodbyes(*context.pool, host);
    db::Tx tx(*context.pool);
    outbox::shut_out(tx, host, level, system_now());
    set_level(tx, host, level, act);
    tx.commit();
    fmt::print("{} is {}; {} follows ended.\n",
               host,
               level == db::PeerLevel::Blocked ? "blocked" : "no peer any more",
               ended);
}

} // namespace

void add_peer(CLI::App& line, const Start& start) {
    auto* peer =
        line.add_subcommand("peer", "the servers that may speak with us")->require_subcommand(1);
    auto host = std::make_shared<std::string>();
    auto level = std::make_shared<std::string>();

    auto* added = peer->add_subcommand("add", "accept a host, or change its level");
    added->add_option("host", *host, "its name, such as cedar.example")->required();
    added
        ->add_option("--level",
                     *level,
                     "member: same covenant; partner: association or vendor; guest: another server")
        ->required()
        ->check(CLI::IsMember({"member", "partner", "guest"}));
    added->callback([&start, host, level] { add(start, *host, *level); });

    peer->add_subcommand("list", "all peers, and who asks to be one")->callback([&start] {
        list(start);
    });

    auto* removed =
        peer->add_subcommand("remove", "end it: follows end, nothing comes or goes any more");
    removed->add_option("host", *host)->required();
    removed->callback(
        [&start, host] { lower(start, *host, db::PeerLevel::Unknown, "peer.remove"); });

    auto* blocked = peer->add_subcommand("block", "the same, and it is not told that we refuse it");
    blocked->add_option("host", *host)->required();
    blocked->callback(
        [&start, host] { lower(start, *host, db::PeerLevel::Blocked, "peer.block"); });
    add_peering(*peer, start);
}

} // namespace app
