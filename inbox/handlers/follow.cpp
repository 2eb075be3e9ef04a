#include "outbox/follow.h"

#include "db/domain_blocks.h"
#include "db/early_undos.h"
#include "db/follows.h"
#include "inbox/handlers.h"
#include "inbox/our_follow.h"
#include "moderation/houses.h"
#include "moderation/peer_policies.h"
#include "outbox/peering_answers.h"
#include "timelines/notify.h"

namespace inbox {
namespace {

constexpr std::chrono::hours early_undo_lifetime{6};

// Two houses that let each other in follow each other's server actors. A person's Follow of the
// house is always rejected (POLICY section 1), and so is that of a bot that calls itself one.
Result<Outcome> answer_peer(db::Tx& tx,
                            const House& house,
                            const db::Account& server_actor,
                            const Received& received) {
    const auto& sender = received.sender;
    if (!moderation::speaks_for_house(tx, sender)) {
        outbox::send_reject(tx, server_actor, sender, received.activity.id);
        return Outcome::Applied;
    }
    outbox::hear_follow(tx, house_of(house, sender), received.activity.id, received.at);
    return Outcome::Applied;
}

// Some send the same Follow again until they hear our answer, some with a new id each time.
Result<Outcome> answer_again(db::Tx& tx,
                             const db::Follow& standing,
                             const db::Account& followed,
                             const Received& received) {
    if (!received.activity.id.empty() && standing.uri != received.activity.id)
        db::follows::set_uri(tx, standing.id, received.activity.id);
    if (!standing.accepted) return Outcome::Ignored;
    outbox::send_accept(tx, followed, received.sender, received.activity.id);
    return Outcome::Ignored;
}

} // namespace

Result<Outcome> handle_follow(db::Tx& tx, const House& house, const Received& received) {
    const auto& [activity, sender] = std::tie(received.activity, received.sender);
    const auto followed = db::accounts::find_by_uri(tx, activity.object);
    if (!followed || !followed->is_local()) return Outcome::Ignored;
    if (followed->id == house.server_actor) return answer_peer(tx, house, *followed, received);
    if (sender.is_server_actor) return Outcome::Ignored;
    const bool is_open = followed->is_visible() && followed->moved_to_uri.empty() &&
                         !db::domain_blocks::exists(tx, followed->id, sender.id);
    if (!is_open) {
        outbox::send_reject(tx, *followed, sender, activity.id);
        return Outcome::Applied;
    }
    const bool is_undone =
        !activity.id.empty() &&
        db::early_undos::exists(tx, sender.uri, activity.id, received.at - early_undo_lifetime);
    if (is_undone) return Outcome::Ignored;

    if (const auto standing = db::follows::find(tx, sender.id, followed->id))
        return answer_again(tx, *standing, *followed, received);
    // Of a house on hold nobody comes closer by itself (decision 300).
    const bool is_accepted = !followed->locked && !moderation::is_on_hold(tx, sender.host);
    db::follows::insert(tx,
                        {.follower = sender.id,
                         .followed = followed->id,
                         .accepted = is_accepted,
                         .uri = activity.id,
                         .created_at = received.at});
    timelines::notify(tx,
                      {.recipient = followed->id,
                       .type = is_accepted ? timelines::NotificationType::Follow
                                           : timelines::NotificationType::FollowRequest,
                       .from = sender.id,
                       .now = received.at});
    if (is_accepted) outbox::send_accept(tx, *followed, sender, activity.id);
    return Outcome::Applied;
}

} // namespace inbox
