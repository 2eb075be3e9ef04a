#include "outbox/peering.h"

#include "actors/local.h"
#include "db/audit_log.h"
#include "db/deliveries.h"
#include "db/peering_requests.h"
#include "db/peerings.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/peer_policies.h"
#include "outbox/audience.h"
#include "outbox/deliver.h"
#include "outbox/farewell.h"
#include "outbox/peering_answers.h"
#include "outbox/peering_post.h"

namespace outbox {
namespace {

using db::PeerLevel;

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "peering: " + shown, shown};
}

Error not_there(std::string shown) {
    return {Error::Kind::NotFound, "peering: " + shown, shown};
}

bool is_peer(PeerLevel level) {
    return level == PeerLevel::Member || level == PeerLevel::Partner;
}

void write(db::Tx& tx,
           const PeerAct& act,
           std::string what,
           const std::string& host,
           Json details = Json::object()) {
    db::audit_log::insert(tx,
                          {.at = act.now,
                           .actor = act.by,
                           .act = std::move(what),
                           .subject = host,
                           .reason = act.reason,
                           .details = std::move(details)});
}

const Error changed_meanwhile =
    refused("Its policy has changed since you opened this page. Look at what is new, then decide.");

/// Whether what the person saw of their policy is still what it says.
bool is_as_seen(const PeerAct& act, const std::optional<db::PeerPolicy>& newest) {
    return !act.seen_version || *act.seen_version == (newest ? newest->version : 0);
}

Json level_detail(PeerLevel level) {
    return {{"level", to_string(level)}};
}

std::string new_follow_uri(const Instance& instance, Time now) {
    return federation::fragment_uri(
        federation::server_actor_uri(instance), "follows", now.time_since_epoch().count());
}

Json render_our_follow(const Instance& instance,
                       const std::string& uri,
                       const std::string& theirs) {
    return federation::render_follow(
        {.id = uri, .actor = federation::server_actor_uri(instance), .to = {theirs}}, theirs);
}

std::string inbox_of_house(db::Tx& tx, const db::Peer& peer) {
    const auto peering = db::peerings::find(tx, peer.host);
    if (peering && !peering->inbox_uri.empty()) return peering->inbox_uri;
    const auto account = db::accounts::find_by_uri(tx, peer.server_actor_uri);
    return account ? account->inbox : std::string();
}

/// Our Follow to the server actor whose policy was read; the same one while it is not answered.
void send_our_follow(db::Tx& tx, const PeerAct& act, const db::Peering& peering) {
    const auto peer = *db::peers::find(tx, peering.host);
    if (peer.our_follow_state == "accepted" && peer.server_actor_uri == peering.actor_uri) return;
    const bool is_open =
        peer.our_follow_state == "pending" && peer.server_actor_uri == peering.actor_uri;
    const auto uri = is_open ? peer.our_follow_uri : new_follow_uri(act.instance, act.now);
    db::peers::set_their_follow(tx, peer.host, peering.actor_uri, peer.their_follow_uri);
    db::peers::set_our_follow(tx, peer.host, uri, "pending");
    post_to_house(
        tx, peer.host, peering.inbox_uri, render_our_follow(act.instance, uri, peering.actor_uri));
}

void undo_our_follow(db::Tx& tx, const PeerAct& act, const db::Peer& peer) {
    if (peer.our_follow_uri.empty()) return;
    const auto us = federation::server_actor_uri(act.instance);
    post_to_house(
        tx,
        peer.host,
        inbox_of_house(tx, peer),
        federation::render_undo(
            {.id = peer.our_follow_uri + "/undo", .actor = us, .to = {peer.server_actor_uri}},
            render_our_follow(act.instance, peer.our_follow_uri, peer.server_actor_uri)));
}

void reject_their_follow(db::Tx& tx, const PeerAct& act, const db::PeeringRequest& request) {
    const auto us = federation::server_actor_uri(act.instance);
    post_to_house(
        tx,
        request.host,
        request.inbox_uri,
        federation::render_reject(
            {.id = federation::fragment_uri(us, "rejects", act.now.time_since_epoch().count()),
             .actor = us,
             .to = {request.actor_uri}},
            federation::brief_activity(request.follow_uri, "Follow", request.actor_uri, us)));
    db::peering_requests::remove(tx, request.host);
}

} // namespace

bool ask_to_peer(db::Tx& tx,
                 const Instance& instance,
                 const db::Account& server_actor,
                 const db::Account& theirs,
                 Time now) {
    const auto peer = db::peers::find(tx, theirs.host);
    if (!peer || theirs.actor_type != "Application") return false;
    const bool is_same = peer->server_actor_uri == theirs.uri && !peer->our_follow_uri.empty();
    if (is_same && peer->our_follow_state == "accepted") return false;
    const std::string uri = is_same ? peer->our_follow_uri : new_follow_uri(instance, now);
    // Whose answer counts is written beside it.
    db::peers::set_their_follow(tx, peer->host, theirs.uri, peer->their_follow_uri);
    db::peers::set_our_follow(tx, peer->host, uri, "pending");
    deliver(tx,
            {.signer = server_actor.id,
             .body = dump_json(render_our_follow(instance, uri, theirs.uri)),
             .inboxes = inbox_of(tx, theirs.id)});
    return true;
}

Result<Done> agree_to_peer(db::Tx& tx,
                           const PeerAct& act,
                           const std::string& host,
                           PeerLevel level) {
    if (host == act.instance.host) return refused("That is this server itself.");
    if (!is_peer(level)) return refused("Choose member or partner.");
    auto peering = db::peerings::find(tx, host);
    const auto newest = db::peerings::newest_policy(tx, host);
    if (!peering || peering->actor_uri.empty() || !newest)
        return refused("Its policy was not read. Compare the policies first.");
    if (!is_as_seen(act, newest)) return changed_meanwhile;
    const auto peer = db::peers::find(tx, host);
    if (peer && peer->level == PeerLevel::Blocked)
        return refused("It is blocked. Take the block back first.");
    if (!peering->hold.empty()) return refused("It is on hold. Restore it first.");
    if (peer && is_peer(peer->level) && peer->our_follow_state == "accepted" &&
        !peer->their_follow_uri.empty())
        return refused("It is a peer already. Change its level.");
    // Whoever is let in by hand already stays so meanwhile.
    if (!peer || peer->level < PeerLevel::Pending)
        moderation::set_level(tx, host, PeerLevel::Pending, act.now);
    peering->wanted_level = to_string(level);
    peering->reviewed_version = newest->version;
    db::peerings::put(tx, *peering);
    const auto request = db::peering_requests::find(tx, host);
    auto details = level_detail(level);
    details["policy_version"] = newest->version;
    write(tx, act, request ? "peer.accept" : "peer.ask", host, std::move(details));
    if (request)
        hear_follow(
            tx,
            {.instance = act.instance,
             .host = host,
             .actor_uri = request->actor_uri,
             .inbox_uri = request->inbox_uri.empty() ? peering->inbox_uri : request->inbox_uri},
            request->follow_uri,
            act.now);
    send_our_follow(tx, act, *peering);
    settle_peering(tx, host, act.now);
    return Done{};
}

Result<Done> decline_peer(db::Tx& tx, const PeerAct& act, const std::string& host) {
    const auto request = db::peering_requests::find(tx, host);
    const auto peer = db::peers::find(tx, host);
    const bool is_asked = peer && peer->level == PeerLevel::Pending;
    if (!request && !is_asked) return not_there("Nobody asks there.");
    if (request) reject_their_follow(tx, act, *request);
    if (is_asked) {
        undo_our_follow(tx, act, *peer);
        shut_out(tx, host, PeerLevel::Unknown, act.now);
    }
    write(tx, act, request ? "peer.reject" : "peer.withdraw", host);
    return Done{};
}

Result<Done> leave_peer(db::Tx& tx, const PeerAct& act, const std::string& host) {
    const auto peer = db::peers::find(tx, host);
    if (!peer || peer->level < PeerLevel::Guest) return not_there("It is no peer.");
    undo_our_follow(tx, act, *peer);
    shut_out(tx, host, PeerLevel::Unknown, act.now);
    write(tx, act, "peer.leave", host);
    return Done{};
}

Result<Done> block_peer(db::Tx& tx, const PeerAct& act, const std::string& host) {
    if (host == act.instance.host) return refused("That is this server itself.");
    const auto peer = db::peers::find(tx, host);
    if (peer && peer->level >= PeerLevel::Pending) undo_our_follow(tx, act, *peer);
    shut_out(tx, host, PeerLevel::Blocked, act.now);
    write(tx, act, "peer.block", host);
    return Done{};
}

Result<Done> change_peer_level(db::Tx& tx,
                               const PeerAct& act,
                               const std::string& host,
                               PeerLevel level) {
    const auto peer = db::peers::find(tx, host);
    if (!peer || peer->level < PeerLevel::Guest) return not_there("It is no peer.");
    if (level < PeerLevel::Guest) return refused("Choose member, partner or guest.");
    moderation::set_level(tx, host, level, act.now);
    auto details = level_detail(level);
    details["before"] = to_string(peer->level);
    write(tx, act, "peer.level", host, std::move(details));
    return Done{};
}

Result<Done> lower_peer(db::Tx& tx, const PeerAct& act, const std::string& host) {
    if (!moderation::hold(tx, host, moderation::Hold::Lowered, act.now))
        return not_there("It is no member or partner.");
    write(tx, act, "peer.lower", host);
    return Done{};
}

Result<Done> restore_peer(db::Tx& tx, const PeerAct& act, const std::string& host) {
    if (!is_as_seen(act, db::peerings::newest_policy(tx, host))) return changed_meanwhile;
    if (!moderation::restore(tx, host, act.now)) return not_there("It is not on hold.");
    write(tx, act, "peer.restore", host, level_detail(db::peers::find(tx, host)->level));
    return Done{};
}

void shut_out(db::Tx& tx, const std::string& host, PeerLevel level, Time now) {
    end_follows_with(tx, host, now);
    // The farewells, too: nothing goes there from this commit on.
    db::deliveries::remove_for_host(tx, host);
    db::peering_requests::remove(tx, host);
    if (const auto peer = db::peers::find(tx, host)) {
        db::peers::set_our_follow(tx, host, "", "");
        db::peers::set_their_follow(tx, host, peer->server_actor_uri, "");
    }
    if (auto peering = db::peerings::find(tx, host)) {
        peering->wanted_level.clear();
        peering->reviewed_version = 0;
        db::peerings::put(tx, *peering);
    }
    moderation::set_level(tx, host, level, now);
}

void announce_policy(db::Tx& tx, const Instance& instance, Time now) {
    const auto us = actors::ensure_server_actor(tx, instance, now);
    const auto document = actors::render_local_actor(tx, instance, us);
    for (const auto& peer : db::peers::list(tx)) {
        const bool is_held = moderation::is_on_hold(tx, peer.host);
        if ((!is_peer(peer.level) && !is_held) || peer.server_actor_uri.empty()) continue;
        post_to_house(
            tx,
            peer.host,
            inbox_of_house(tx, peer),
            federation::render_update(document, us.uri, {peer.server_actor_uri}, {}, now));
    }
}

} // namespace outbox
