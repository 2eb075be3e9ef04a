#include "outbox/remove.h"

#include "federation/envelope.h"
#include "outbox/boost.h"
#include "outbox/compose.h"
#include "outbox/deliver.h"
#include "statuses/audience.h"
#include "statuses/remove.h"

namespace outbox {

Result<db::Status> remove(db::Tx& tx, const Acting& acting, StatusId id) {
    const auto author = find_self(tx, acting);
    if (!author) return author.error();
    auto status = db::statuses::find(tx, id);
    if (!status || !status->local || status->author != acting.account) {
        return Error{Error::Kind::NotFound, "not one of the author's own posts"};
    }
    if (status->is_boost()) {
        if (const auto original = unboost(tx, acting, id); !original) return original.error();
        return std::move(*status);
    }

    remove_post(tx, *author, *status, acting.now);
    return std::move(*status);
}

void remove_post(db::Tx& tx, const db::Account& author, const db::Status& status, Time now) {
    // Who gets it is read before the rows go.
    auto recipients = readers_of(tx, status);
    if (!status.local_only) recipients.object_uri = status.uri;
    const auto inboxes = audience_of(tx, recipients);
    // Whom else a narrow one went to is nobody's business.
    const auto addressing = statuses::is_narrow(tx, status)
                                ? statuses::Addressing{.to = {author.followers_uri}}
                                : addressing_of(tx, status, author);
    statuses::remove_status(tx, status, now);
    deliver(tx,
            {.signer = author.id,
             .body = dump_json(federation::render_delete_note(
                 author.uri, status.uri, addressing.to, addressing.cc)),
             .object_uri = status.uri,
             .inboxes = inboxes});
}

void announce_deletion(db::Tx& tx, const db::Account& account) {
    deliver(tx,
            {.signer = account.id,
             .body = dump_json(federation::render_delete_actor(account.uri)),
             .object_uri = account.uri,
             .inboxes = db::deliveries::find_all_inboxes(tx)});
}

} // namespace outbox
