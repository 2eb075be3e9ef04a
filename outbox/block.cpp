#include "outbox/block.h"

#include "db/blocks.h"
#include "db/follows.h"
#include "db/notifications.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "outbox/deliver.h"
#include "outbox/follow.h"
#include "timelines/home.h"

namespace outbox {
namespace {

Json render(const db::Account& self, const db::Account& other, const std::string& uri) {
    return federation::render_block({.id = uri, .actor = self.uri, .to = {other.uri}}, other.uri);
}

void send(db::Tx& tx,
          const db::Account& self,
          const db::Account& other,
          const Json& activity,
          const std::string& about) {
    if (other.is_local()) return;
    deliver(tx,
            {.signer = self.id,
             .body = dump_json(activity),
             .object_uri = about,
             .inboxes = inbox_of(tx, other.id)});
}

/// Follows end both ways. The Reject goes out before the Block: not every server ends the follow of
/// somebody who is blocked.
void end_follows(db::Tx& tx, const db::Account& self, const db::Account& other) {
    if (const auto mine = db::follows::remove(tx, self.id, other.id)) {
        timelines::follow_ended(tx, self.id, other.id);
        send_undo_follow(tx, self, other, mine->uri);
    }
    if (const auto theirs = db::follows::remove(tx, other.id, self.id)) {
        if (other.is_local()) timelines::follow_ended(tx, other.id, self.id);
        send_reject(tx, self, other, theirs->uri);
    }
}

} // namespace

Result<Done> block(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    const auto other = find_other(tx, target);
    if (!other) return other.error();
    if (self->id == other->id) return Error{Error::Kind::Forbidden, "oneself"};
    const auto number = db::statuses::new_id(tx, acting.now).value;
    const std::string uri = federation::fragment_uri(self->uri, "blocks", number);
    if (!db::blocks::insert(tx, self->id, other->id, uri)) return Done{};
    end_follows(tx, *self, *other);
    db::notifications::remove_from(tx, self->id, other->id);
    send(tx, *self, *other, render(*self, *other, uri), uri);
    return Done{};
}

Result<Done> unblock(db::Tx& tx, const Acting& acting, AccountId target) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    const auto other = find_other(tx, target);
    if (!other) return other.error();
    const auto standing = db::blocks::remove(tx, self->id, other->id);
    if (!standing) return Done{};
    const Json undo = federation::render_undo(
        {.id = standing->uri + "/undo", .actor = self->uri, .to = {other->uri}},
        render(*self, *other, standing->uri));
    send(tx, *self, *other, undo, standing->uri);
    return Done{};
}

} // namespace outbox
