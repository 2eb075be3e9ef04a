#include "db/follows.h"
#include "inbox/handlers.h"
#include "outbox/follow.h"

#include <algorithm>

namespace inbox {
namespace {

constexpr std::chrono::hours cooldown{24 * 7};

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
    if (sender.moved_at && received.at - *sender.moved_at < cooldown) return Outcome::Ignored;

    db::accounts::set_moved(tx, sender.id, target.uri, received.at);
    for (const AccountId member : db::follows::local_followers(tx, sender.id)) {
        const outbox::Acting acting{.instance = house.instance,
                                    .peers = house.peers,
                                    .account = member,
                                    .now = received.at};
        // One who cannot follow (blocked, oneself) still leaves what is empty now.
        if (member != target.id) (void)outbox::follow(tx, acting, target.id);
        (void)outbox::unfollow(tx, acting, sender.id);
    }
    return Outcome::Applied;
}

} // namespace inbox
