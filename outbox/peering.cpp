#include "outbox/peering.h"

#include "db/peers.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "outbox/audience.h"
#include "outbox/deliver.h"

namespace outbox {

bool ask_to_peer(db::Tx& tx,
                 const Instance& instance,
                 const db::Account& server_actor,
                 const db::Account& theirs,
                 Time now) {
    const auto peer = db::peers::find(tx, theirs.host);
    if (!peer || theirs.actor_type != "Application") return false;
    const bool is_same = peer->server_actor_uri == theirs.uri && !peer->our_follow_uri.empty();
    if (is_same && peer->our_follow_state == "accepted") return false;
    const std::string us = federation::server_actor_uri(instance);
    const std::string uri =
        is_same ? peer->our_follow_uri
                : federation::fragment_uri(us, "follows", now.time_since_epoch().count());
    // Whose answer counts is written beside it.
    db::peers::set_their_follow(tx, peer->host, theirs.uri, peer->their_follow_uri);
    db::peers::set_our_follow(tx, peer->host, uri, "pending");
    deliver(tx,
            {.signer = server_actor.id,
             .body = dump_json(federation::render_follow(
                 {.id = uri, .actor = us, .to = {theirs.uri}}, theirs.uri)),
             .inboxes = inbox_of(tx, theirs.id)});
    return true;
}

} // namespace outbox
