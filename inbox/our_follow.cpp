#include "inbox/our_follow.h"

#include "federation/uris.h"

namespace inbox {

std::optional<db::Follow> find_our_follow(db::Tx& tx,
                                          const House& house,
                                          const Received& received) {
    if (received.activity.objects.empty()) return std::nullopt;
    const auto& object = received.activity.objects.front();
    const auto local = federation::parse_local_uri(house.instance, object.id);
    if (local && local->kind == federation::LocalUri::Kind::Follow) {
        auto follow = db::follows::find(tx, FollowId{local->id});
        if (follow && follow->followed == received.sender.id) return follow;
    }
    if (object.type != "Follow" || object.object != received.sender.uri) return std::nullopt;
    const auto follower = db::accounts::find_by_uri(tx, object.actor);
    if (!follower || !follower->is_local()) return std::nullopt;
    return db::follows::find(tx, follower->id, received.sender.id);
}

outbox::House house_of(const House& house, const db::Account& sender) {
    return {.instance = house.instance,
            .host = sender.host,
            .actor_uri = sender.uri,
            .inbox_uri = sender.inbox};
}

} // namespace inbox
