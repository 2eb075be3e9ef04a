#include "outbox/favourite.h"

#include "db/favourites.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/draft.h"
#include "outbox/consent.h"
#include "outbox/deliver.h"
#include "timelines/notify.h"

namespace outbox {
namespace {

Json render_like(const std::string& uri,
                 const db::Account& self,
                 const db::Status& status,
                 const db::Account& author) {
    return federation::render_like({.id = uri, .actor = self.uri, .to = {author.uri}}, status.uri);
}

Result<db::Status> again(db::Tx& tx, db::Status status) {
    auto fresh = db::statuses::find(tx, status.id);
    if (fresh) return std::move(*fresh);
    return status;
}

} // namespace

Result<db::Status> favourite(db::Tx& tx, const Acting& acting, StatusId id) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    auto status = find_readable(tx, acting, id);
    if (!status) return status;
    const auto author = db::accounts::find(tx, status->author);
    if (!author) return Error{Error::Kind::NotFound, "no author"};
    const auto leave = ask_policy(tx, statuses::Interaction::Like, *status, *self);
    if (!leave) return leave.error();
    const moderation::Outgoing outgoing{.type = "Like",
                                        .visibility = status->visibility,
                                        .local_only = status->local_only,
                                        .about = *status,
                                        .whom = *author};
    if (auto refused = refusal(tx, acting, *self, outgoing)) return std::move(*refused);

    // A number of its own each time: peers forget no id for 30 days, and a second Like must count.
    const auto number = db::statuses::new_id(tx, acting.now).value;
    const std::string uri = federation::fragment_uri(self->uri, "likes", number);
    if (!db::favourites::insert(tx, self->id, status->id, uri)) return status;
    timelines::notify(tx,
                      {.recipient = author->id,
                       .type = timelines::NotificationType::Favourite,
                       .from = self->id,
                       .status = status->id,
                       .now = acting.now});
    deliver(tx,
            {.signer = self->id,
             .body = dump_json(render_like(uri, *self, *status, *author)),
             .object_uri = status->uri,
             .inboxes = audience_of(tx, Recipients{.accounts = {author->id}})});
    return again(tx, std::move(*status));
}

Result<db::Status> unfavourite(db::Tx& tx, const Acting& acting, StatusId id) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    auto status = find_readable(tx, acting, id);
    if (!status) return status;
    const auto standing = db::favourites::remove(tx, self->id, status->id);
    const auto author = db::accounts::find(tx, status->author);
    if (!standing || !author) return status;
    timelines::withdraw(tx,
                        {.recipient = author->id,
                         .type = timelines::NotificationType::Favourite,
                         .from = self->id,
                         .status = status->id});
    deliver(tx,
            {.signer = self->id,
             .body = dump_json(federation::render_undo(
                 {.id = standing->activity_uri + "/undo", .actor = self->uri, .to = {author->uri}},
                 render_like(standing->activity_uri, *self, *status, *author))),
             .object_uri = status->uri,
             .inboxes = audience_of(tx, Recipients{.accounts = {author->id}})});
    return again(tx, std::move(*status));
}

} // namespace outbox
