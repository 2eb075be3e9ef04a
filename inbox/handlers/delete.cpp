#include "base/uri.h"
#include "db/quote_authorizations.h"
#include "db/statuses.h"
#include "federation/uris.h"
#include "inbox/forwarding.h"
#include "inbox/gone.h"
#include "inbox/handlers.h"
#include "outbox/edit.h"
#include "statuses/remove.h"

namespace inbox {
namespace {

// A stamp that its giver took back; whoever has our own quoting post is told.
bool revoke_stamp(db::Tx& tx, const House& house, const Received& received) {
    const auto revoked =
        db::quote_authorizations::revoke(tx, received.activity.object, received.sender.id);
    for (const StatusId id : revoked) {
        auto quoting = db::statuses::find(tx, id);
        const auto author = quoting ? db::accounts::find(tx, quoting->author) : std::nullopt;
        if (quoting && quoting->local && author)
            outbox::send_update(tx, house.instance, *author, *quoting, received.at);
    }
    return !revoked.empty();
}

} // namespace

Result<Outcome> handle_delete(db::Tx& tx, const House& house, const Received& received) {
    const std::string& uri = received.activity.object;
    if (uri == received.sender.uri) {
        const bool is_new = delete_actor(tx, received.sender, received.at);
        return is_new ? Outcome::Applied : Outcome::Ignored;
    }
    if (federation::is_local(house.instance, uri))
        return Error{Error::Kind::Forbidden, "delete: an object of ours"};
    const auto status = db::statuses::find_by_uri(tx, uri);
    if (status) {
        if (status->author != received.sender.id)
            return Error{Error::Kind::Forbidden, "delete: of another author's post"};
        forward(tx, received, *status);
        statuses::remove_status(tx, *status, received.at);
        return Outcome::Applied;
    }
    if (revoke_stamp(tx, house, received)) return Outcome::Applied;
    // Deleted before it came: the late Create finds the grave (ATTACKS D16).
    if (!same_origin(uri, received.sender.uri)) return Outcome::Ignored;
    statuses::bury(tx, uri, received.sender, received.at);
    return Outcome::Applied;
}

} // namespace inbox
