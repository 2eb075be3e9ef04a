#include "outbox/peering_answers.h"

#include "db/audit_log.h"
#include "db/peering_requests.h"
#include "db/peerings.h"
#include "db/peers.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/peer_policies.h"
#include "outbox/peering.h"
#include "outbox/peering_post.h"
#include "outbox/policy_job.h"

namespace outbox {
namespace {

void tell(
    db::Tx& tx, const std::string& actor, std::string act, const std::string& host, Time now) {
    db::audit_log::insert(tx, {.at = now, .actor = actor, .act = std::move(act), .subject = host});
}

bool is_peer(db::PeerLevel level) {
    return level == db::PeerLevel::Member || level == db::PeerLevel::Partner;
}

/// A person here has said yes before: by asking with their policy in sight, or by naming the host.
bool was_decided(const std::optional<db::Peer>& peer,
                 const std::optional<db::Peering>& peering,
                 const House& house) {
    if (peer && is_peer(peer->level))
        return peer->server_actor_uri.empty() || peer->server_actor_uri == house.actor_uri;
    if (!peering) return false;
    if (!peering->hold.empty()) return true; // A peer whose level is down for a while.
    return !peering->wanted_level.empty() && peering->actor_uri == house.actor_uri;
}

void accept(db::Tx& tx, const House& house, const std::string& follow_uri, Time now) {
    const auto us = federation::server_actor_uri(house.instance);
    db::peers::set_their_follow(tx, house.host, house.actor_uri, follow_uri);
    post_to_house(
        tx,
        house.host,
        house.inbox_uri,
        federation::render_accept(
            {.id = federation::fragment_uri(us, "accepts", now.time_since_epoch().count()),
             .actor = us,
             .to = {house.actor_uri}},
            federation::brief_activity(follow_uri, "Follow", house.actor_uri, us)));
    db::peering_requests::remove(tx, house.host);
}

void end_by_them(db::Tx& tx, const House& house, Time now) {
    tell(tx, house.actor_uri, "peer.left", house.host, now);
    shut_out(tx, house.host, db::PeerLevel::Unknown, now);
}

} // namespace

bool settle_peering(db::Tx& tx, const std::string& host, Time now) {
    const auto peer = db::peers::find(tx, host);
    auto peering = db::peerings::find(tx, host);
    if (!peer || !peering || peering->wanted_level.empty()) return false;
    if (peer->our_follow_state != "accepted" || peer->their_follow_uri.empty()) return false;
    const auto level = db::parse_peer_level(peering->wanted_level);
    peering->wanted_level.clear();
    db::peerings::put(tx, *peering);
    moderation::set_level(tx, host, level.value_or(db::PeerLevel::Guest), now);
    tell(tx, peer->server_actor_uri, "peer.joined", host, now);
    // It may have changed since it was compared, and its server actor is to be known now.
    queue_policy_check(tx, host);
    return true;
}

bool hear_follow(db::Tx& tx, const House& house, const std::string& follow_uri, Time now) {
    const auto peer = db::peers::find(tx, house.host);
    if (was_decided(peer, db::peerings::find(tx, house.host), house)) {
        accept(tx, house, follow_uri, now);
        settle_peering(tx, house.host, now);
        return false;
    }
    db::peering_requests::insert(tx,
                                 {.host = house.host,
                                  .actor_uri = house.actor_uri,
                                  .follow_uri = follow_uri,
                                  .inbox_uri = house.inbox_uri,
                                  .received_at = now});
    return true;
}

bool hear_answer(
    db::Tx& tx, const House& house, const std::string& follow_uri, Answer answer, Time now) {
    const auto peer = db::peers::find(tx, house.host);
    if (!peer || peer->our_follow_uri.empty() || peer->our_follow_uri != follow_uri ||
        peer->server_actor_uri != house.actor_uri)
        return false;
    if (answer == Answer::Accept) {
        if (peer->our_follow_state == "accepted") return false;
        db::peers::set_our_follow(tx, house.host, follow_uri, "accepted");
        settle_peering(tx, house.host, now);
        return true;
    }
    if (peer->our_follow_state == "rejected") return false;
    if (peer->our_follow_state == "accepted" && !peer->their_follow_uri.empty()) {
        end_by_them(tx, house, now);
        return true;
    }
    db::peers::set_our_follow(tx, house.host, follow_uri, "rejected");
    if (auto peering = db::peerings::find(tx, house.host)) {
        peering->wanted_level.clear();
        db::peerings::put(tx, *peering);
    }
    tell(tx, house.actor_uri, "peer.refused", house.host, now);
    if (peer->level == db::PeerLevel::Pending)
        moderation::set_level(tx, house.host, db::PeerLevel::Unknown, now);
    return true;
}

bool hear_undo(db::Tx& tx, const House& house, const std::string& follow_uri, Time now) {
    const auto request = db::peering_requests::find(tx, house.host);
    if (request && request->follow_uri == follow_uri && request->actor_uri == house.actor_uri) {
        db::peering_requests::remove(tx, house.host);
        return true;
    }
    const auto peer = db::peers::find(tx, house.host);
    if (!peer || peer->their_follow_uri.empty() || peer->their_follow_uri != follow_uri ||
        peer->server_actor_uri != house.actor_uri)
        return false;
    end_by_them(tx, house, now);
    return true;
}

bool is_about_peering(db::Tx& tx,
                      std::string_view type,
                      std::string_view host,
                      std::string_view actor_uri,
                      std::string_view object) {
    if (object.empty()) return false;
    const auto peer = db::peers::find(tx, host);
    const bool is_theirs = peer && peer->server_actor_uri == actor_uri;
    if (type == "Accept" || type == "Reject") return is_theirs && peer->our_follow_uri == object;
    if (type != "Undo") return false;
    if (is_theirs && peer->their_follow_uri == object) return true;
    const auto request = db::peering_requests::find(tx, host);
    return request && request->actor_uri == actor_uri && request->follow_uri == object;
}

} // namespace outbox
