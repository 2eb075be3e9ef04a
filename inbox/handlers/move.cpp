#include "outbox/move.h"

#include "db/moves.h"
#include "inbox/handlers.h"

#include <algorithm>

namespace inbox {
namespace {

Error refused(std::string detail) {
    return Error{Error::Kind::Forbidden, "move: " + std::move(detail)};
}

} // namespace

// Both sides must point at each other, and the target was read fresh (PROTOCOL section 14,
// ATTACKS A32). Our members then follow the new account and leave the old one.
Result<Outcome> handle_move(db::Tx& tx, const House& house, const Received& received) {
    const auto& sender = received.sender;
    if (received.activity.object != sender.uri) return refused("of another actor");
    if (!received.target) return Outcome::Ignored;
    const db::Account& target = *received.target;
    if (target.id == sender.id) return refused("to itself");
    if (!target.is_local() && !house.peers.may_contact(target.host)) {
        return Error{.kind = Error::Kind::Forbidden,
                     .detail = "move: to a host that is not allowed",
                     .reason = "principal-not-authorized"};
    }
    if (std::ranges::find(target.aliases, sender.uri) == target.aliases.end())
        return refused("the target does not name it as its alias");
    if (!target.moved_to_uri.empty() || !target.is_visible())
        return refused("the target has moved");
    const Time not_since = received.at - outbox::peer_move_cooldown;
    if (!db::moves::claim(tx, sender.id, target.uri, received.at, not_since))
        return Outcome::Ignored;
    const outbox::Acting acting{
        .instance = house.instance, .peers = house.peers, .now = received.at};
    outbox::move_followers(tx, acting, {.from = sender, .to = target});
    return Outcome::Applied;
}

} // namespace inbox
