#include "outbox/pin.h"

#include "db/pins.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "outbox/deliver.h"
#include "statuses/audience.h"

#include <algorithm>

namespace outbox {
namespace {

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

/// Add and Remove go to those who may see the post at all.
void send(db::Tx& tx, const db::Account& self, const db::Status& status, Json activity) {
    if (status.local_only) return;
    deliver(tx,
            {.signer = self.id,
             .body = dump_json(activity),
             .object_uri = status.uri,
             .inboxes = audience_of(tx, Recipients{.followers_of = self.id})});
}

federation::Envelope envelope(const db::Account& self, std::string_view kind, std::int64_t number) {
    return {.id = federation::fragment_uri(self.uri, kind, number),
            .actor = self.uri,
            .to = {self.followers_uri}};
}

} // namespace

Result<db::Status> pin(db::Tx& tx, const Acting& acting, StatusId id) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    auto status = find_readable(tx, acting, id);
    if (!status) return status;
    if (status->author != self->id) {
        return unprocessable("Validation failed: Someone else's post cannot be pinned");
    }
    if (status->visibility == db::Visibility::Direct ||
        status->visibility == db::Visibility::Limited || statuses::is_narrow(tx, *status)) {
        return unprocessable(
            "Validation failed: Posts that are only visible to mentioned users cannot be pinned");
    }
    const auto pins = db::pins::list(tx, self->id);
    if (std::ranges::find(pins, status->id) != pins.end()) return status;
    if (!db::pins::insert(tx, self->id, status->id)) {
        return unprocessable(
            "Validation failed: You have already pinned the maximum number of posts");
    }
    const auto number = db::statuses::new_id(tx, acting.now).value;
    send(tx,
         *self,
         *status,
         federation::render_add(envelope(*self, "pins", number), status->uri, self->featured_uri));
    return status;
}

Result<db::Status> unpin(db::Tx& tx, const Acting& acting, StatusId id) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    auto status = find_readable(tx, acting, id);
    if (!status || !db::pins::remove(tx, self->id, status->id)) return status;
    const auto number = db::statuses::new_id(tx, acting.now).value;
    send(tx,
         *self,
         *status,
         federation::render_remove(
             envelope(*self, "unpins", number), status->uri, self->featured_uri));
    return status;
}

} // namespace outbox
