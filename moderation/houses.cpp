#include "moderation/houses.h"

#include "db/peerings.h"
#include "db/peers.h"

namespace moderation {

bool is_house(db::Tx& tx, const HouseActor& actor) {
    const auto peer = db::peers::find(tx, actor.host);
    if (peer && !peer->server_actor_uri.empty()) return peer->server_actor_uri == actor.uri;
    const auto peering = db::peerings::find(tx, actor.host);
    if (peering && !peering->actor_uri.empty()) return peering->actor_uri == actor.uri;
    return actor.is_server_actor;
}

bool speaks_for_house(db::Tx& tx, const db::Account& sender) {
    return sender.actor_type == "Application" &&
           is_house(
               tx,
               {.host = sender.host, .uri = sender.uri, .is_server_actor = sender.is_server_actor});
}

} // namespace moderation
