#include "db/blocks.h"
#include "db/early_undos.h"
#include "db/favourites.h"
#include "db/follows.h"
#include "db/notifications.h"
#include "db/statuses.h"
#include "inbox/handlers.h"
#include "inbox/our_follow.h"
#include "statuses/remove.h"
#include "timelines/home.h"
#include "timelines/notify.h"

#include <optional>

namespace inbox {
namespace {

// What is undone, as far as the sender says: an id, a copy, or both. Every look-up below is among
// the sender's own, so a forged copy names nothing (ATTACKS A16).
using Object = federation::ObjectRef;

std::optional<db::Account> local_account(db::Tx& tx, const std::string& uri) {
    if (uri.empty()) return std::nullopt;
    auto account = db::accounts::find_by_uri(tx, uri);
    if (!account || !account->is_local()) return std::nullopt;
    return account;
}

bool undo_follow(db::Tx& tx, const db::Account& sender, const Object& object) {
    auto follow =
        object.id.empty() ? std::nullopt : db::follows::find_by_uri(tx, sender.id, object.id);
    if (!follow) {
        const auto followed = local_account(tx, object.object);
        if (!followed) return false;
        follow = db::follows::find(tx, sender.id, followed->id);
    }
    if (!follow) return false;
    db::follows::remove(tx, follow->follower, follow->followed);
    db::notifications::remove_type_from(tx, follow->followed, "follow_request", sender.id);
    return true;
}

bool undo_like(db::Tx& tx, const db::Account& sender, const Object& object) {
    auto favourite =
        object.id.empty() ? std::nullopt : db::favourites::find_by_uri(tx, sender.id, object.id);
    std::optional<db::Status> status;
    if (favourite) {
        status = db::statuses::find(tx, favourite->status);
    } else if (!object.object.empty()) {
        status = db::statuses::find_by_uri(tx, object.object);
    }
    if (!status || !db::favourites::remove(tx, sender.id, status->id)) return false;
    timelines::withdraw(tx,
                        {.recipient = status->author,
                         .type = timelines::NotificationType::Favourite,
                         .from = sender.id,
                         .status = status->id});
    return true;
}

bool undo_announce(db::Tx& tx, const db::Account& sender, const Object& object, Time now) {
    auto boost = object.id.empty() ? std::nullopt : db::statuses::find_by_uri(tx, object.id);
    if (!boost || !boost->is_boost() || boost->author != sender.id) {
        boost.reset();
        const auto status =
            object.object.empty() ? std::nullopt : db::statuses::find_by_uri(tx, object.object);
        if (status) boost = db::statuses::find_boost(tx, sender.id, status->id);
    }
    if (!boost) return false;
    statuses::remove_status(tx, *boost, now);
    return true;
}

bool undo_block(db::Tx& tx, const db::Account& sender, const Object& object) {
    const auto block =
        object.id.empty() ? std::nullopt : db::blocks::find_by_uri(tx, sender.id, object.id);
    if (block) return db::blocks::remove(tx, sender.id, block->target).has_value();
    const auto blocked = local_account(tx, object.object);
    return blocked && db::blocks::remove(tx, sender.id, blocked->id).has_value();
}

// The followed takes its Accept back: our member's follow ends. The copy holds the Accept, whose
// object is our Follow.
bool undo_accept(db::Tx& tx, const House& house, const Received& received) {
    const Json* accept = federation::embedded_object(received.activity);
    if (accept == nullptr) return false;
    auto inner = federation::parse_activity(*accept);
    if (!inner || inner->actor != received.sender.uri) return false;
    Received as_accept = received;
    as_accept.activity = std::move(*inner);
    const auto follow = find_our_follow(tx, house, as_accept);
    if (!follow || !follow->accepted) return false;
    db::follows::remove(tx, follow->follower, follow->followed);
    timelines::follow_ended(tx, follow->follower, follow->followed);
    return true;
}

bool undo(db::Tx& tx, const House& house, const Received& received, const Object& object) {
    const auto& sender = received.sender;
    const auto is = [&](std::string_view type) {
        return object.type.empty() || object.type == type;
    };
    if (is("Follow") && undo_follow(tx, sender, object)) return true;
    if ((is("Like") || is("EmojiReact")) && undo_like(tx, sender, object)) return true;
    if (is("Announce") && undo_announce(tx, sender, object, received.at)) return true;
    if (is("Block") && undo_block(tx, sender, object)) return true;
    return object.type == "Accept" && undo_accept(tx, house, received);
}

} // namespace

Result<Outcome> handle_undo(db::Tx& tx, const House& house, const Received& received) {
    if (received.activity.objects.empty()) return Outcome::Ignored;
    const Object& object = received.activity.objects.front();
    if (!object.actor.empty() && object.actor != received.sender.uri)
        return Error{Error::Kind::Forbidden, "undo: of another actor's activity"};
    const bool is_leaving =
        outbox::hear_undo(tx, house_of(house, received.sender), object.id, received.at);
    if (is_leaving || undo(tx, house, received, object)) return Outcome::Applied;
    if (object.id.empty()) return Outcome::Ignored;
    // It overtook what it undoes, which will then be dropped.
    db::early_undos::insert(tx, received.sender.uri, object.id, received.at);
    return Outcome::Applied;
}

} // namespace inbox
