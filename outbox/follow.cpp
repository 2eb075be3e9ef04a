#include "outbox/follow.h"

#include "db/blocks.h"
#include "db/domain_blocks.h"
#include "db/follows.h"
#include "db/notifications.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/draft.h"
#include "outbox/deliver.h"
#include "outbox/staying.h"
#include "timelines/home.h"
#include "timelines/notify.h"

namespace outbox {
namespace {

using timelines::NotificationType;

void send_to(db::Tx& tx,
             const db::Account& from,
             const db::Account& to,
             const Json& activity,
             std::string_view about) {
    if (to.is_local()) return;
    deliver(tx,
            {.signer = from.id,
             .body = dump_json(activity),
             .object_uri = std::string(about),
             .inboxes = inbox_of(tx, to.id)});
}

Json render_follow(const db::Account& follower,
                   const db::Account& followed,
                   std::string_view follow_uri) {
    return federation::render_follow(
        {.id = std::string(follow_uri), .actor = follower.uri, .to = {followed.uri}}, followed.uri);
}

/// The id of an answer: a new number each time, since a repeated Follow is answered again.
federation::Envelope answer(db::Tx& tx,
                            const db::Account& followed,
                            const db::Account& follower,
                            std::string_view kind) {
    return {.id = federation::fragment_uri(followed.uri, kind, db::follows::new_id(tx).value),
            .actor = followed.uri,
            .to = {follower.uri}};
}

void apply(db::Follow& follow, const FollowOptions& options) {
    if (options.show_reblogs) follow.show_reblogs = *options.show_reblogs;
    if (options.notify) follow.notify = *options.notify;
    if (options.languages) follow.languages = *options.languages;
}

void change_preferences(db::Tx& tx, db::Follow follow, const FollowOptions& options) {
    const bool showed = follow.show_reblogs;
    apply(follow, options);
    db::follows::set_preferences(tx, follow);
    if (!follow.accepted || showed == follow.show_reblogs) return;
    if (follow.show_reblogs)
        timelines::follow_began(tx, follow.follower, follow.followed);
    else
        timelines::follow_ended(tx, follow.follower, follow.followed);
}

struct Pair {
    db::Account self{};
    db::Account other{};
};

Result<Pair> find_pair(db::Tx& tx, const Acting& acting, AccountId other) {
    auto self = find_self(tx, acting);
    if (!self) return self.error();
    auto found = find_other(tx, other);
    if (!found) return found.error();
    return Pair{std::move(*self), std::move(*found)};
}

Result<Done> refuse_follower(db::Tx& tx, const Pair& pair) {
    const auto follow = db::follows::remove(tx, pair.other.id, pair.self.id);
    if (!follow) return Done{};
    db::notifications::remove_type_from(
        tx, pair.self.id, timelines::to_string(NotificationType::FollowRequest), pair.other.id);
    if (pair.other.is_local()) timelines::follow_ended(tx, pair.other.id, pair.self.id);
    send_reject(tx, pair.self, pair.other, follow->uri);
    return Done{};
}

} // namespace

Result<Done> follow(db::Tx& tx,
                    const Acting& acting,
                    AccountId target,
                    const FollowOptions& options) {
    const auto pair = find_pair(tx, acting, target);
    if (!pair) return pair.error();
    const auto& [self, other] = *pair;
    if (auto standing = db::follows::find(tx, self.id, other.id)) {
        change_preferences(tx, std::move(*standing), options);
        return Done{};
    }
    if (const auto staying = find_staying_self(tx, acting); !staying) return staying.error();
    if (self.id == other.id || !other.is_visible() || !other.moved_to_uri.empty() ||
        db::blocks::exists_between(tx, self.id, other.id) ||
        db::domain_blocks::exists(tx, self.id, other.id)) {
        return Error{.kind = Error::Kind::Forbidden,
                     .detail = "may not follow",
                     .shown = "This action is not allowed"};
    }
    const moderation::Outgoing outgoing{.type = "Follow", .whom = other};
    if (auto refused = refusal(tx, acting, self, outgoing)) return std::move(*refused);

    const auto id = db::follows::new_id(tx);
    db::Follow follow{.id = id,
                      .follower = self.id,
                      .followed = other.id,
                      .accepted = other.is_local() && !other.locked,
                      .uri = federation::follow_uri(acting.instance, self.username, id),
                      .created_at = acting.now};
    apply(follow, options);
    if (!db::follows::insert(tx, follow)) return Done{};
    if (!other.is_local()) {
        send_to(tx, self, other, render_follow(self, other, follow.uri), follow.uri);
        return Done{};
    }
    if (follow.accepted) timelines::follow_began(tx, self.id, other.id);
    timelines::notify(
        tx,
        {.recipient = other.id,
         .type = follow.accepted ? NotificationType::Follow : NotificationType::FollowRequest,
         .from = self.id,
         .now = acting.now});
    return Done{};
}

Result<Done> unfollow(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto pair = find_pair(tx, acting, target);
    if (!pair) return pair.error();
    const auto& [self, other] = *pair;
    const auto follow = db::follows::remove(tx, self.id, other.id);
    if (!follow) return Done{};
    if (follow->accepted) timelines::follow_ended(tx, self.id, other.id);
    db::notifications::remove_type_from(
        tx, other.id, timelines::to_string(NotificationType::FollowRequest), self.id);
    send_undo_follow(tx, self, other, follow->uri);
    return Done{};
}

Result<Done> authorize_follow(db::Tx& tx, const Acting& acting, AccountId requester) {
    const auto pair = find_pair(tx, acting, requester);
    if (!pair) return pair.error();
    const auto& [self, other] = *pair;
    const auto follow = db::follows::find(tx, other.id, self.id);
    if (!follow || !db::follows::accept(tx, other.id, self.id)) {
        return Error{Error::Kind::NotFound, "no such request"};
    }
    db::notifications::remove_type_from(
        tx, self.id, timelines::to_string(NotificationType::FollowRequest), other.id);
    if (other.is_local()) timelines::follow_began(tx, other.id, self.id);
    send_accept(tx, self, other, follow->uri);
    return Done{};
}

Result<Done> reject_follow(db::Tx& tx, const Acting& acting, AccountId requester) {
    const auto pair = find_pair(tx, acting, requester);
    if (!pair) return pair.error();
    const auto follow = db::follows::find(tx, pair->other.id, pair->self.id);
    if (!follow || follow->accepted) return Error{Error::Kind::NotFound, "no such request"};
    return refuse_follower(tx, *pair);
}

Result<Done> remove_follower(db::Tx& tx, const Acting& acting, AccountId follower) {
    const auto pair = find_pair(tx, acting, follower);
    if (!pair) return pair.error();
    return refuse_follower(tx, *pair);
}

void send_accept(db::Tx& tx,
                 const db::Account& followed,
                 const db::Account& follower,
                 std::string_view follow_uri) {
    const Json activity = federation::render_accept(
        answer(tx, followed, follower, "accepts/follows"),
        federation::brief_activity(follow_uri, "Follow", follower.uri, followed.uri));
    send_to(tx, followed, follower, activity, follow_uri);
}

void send_reject(db::Tx& tx,
                 const db::Account& followed,
                 const db::Account& follower,
                 std::string_view follow_uri) {
    const Json activity = federation::render_reject(
        answer(tx, followed, follower, "rejects/follows"),
        federation::brief_activity(follow_uri, "Follow", follower.uri, followed.uri));
    send_to(tx, followed, follower, activity, follow_uri);
}

void send_undo_follow(db::Tx& tx,
                      const db::Account& follower,
                      const db::Account& followed,
                      std::string_view follow_uri) {
    const federation::Envelope envelope{
        .id = std::string(follow_uri) + "#undo", .actor = follower.uri, .to = {followed.uri}};
    const Json activity =
        federation::render_undo(envelope, render_follow(follower, followed, follow_uri));
    send_to(tx, follower, followed, activity, follow_uri);
}

} // namespace outbox
