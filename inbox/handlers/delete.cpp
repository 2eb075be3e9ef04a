#include "base/uri.h"
#include "db/follows.h"
#include "db/jobs.h"
#include "db/quote_authorizations.h"
#include "db/statuses.h"
#include "federation/uris.h"
#include "statuses/erase.h"
#include "inbox/forwarding.h"
#include "inbox/handlers.h"
#include "statuses/remove.h"
#include "timelines/home.h"

namespace inbox {
namespace {

Result<Outcome> delete_actor(db::Tx& tx, const Received& received) {
    const auto& sender = received.sender;
    if (sender.deleted_at) return Outcome::Ignored;
    for (const auto& follow : db::follows::remove_all_of(tx, sender.id)) {
        if (follow.follower != sender.id && follow.accepted)
            timelines::follow_ended(tx, follow.follower, sender.id);
    }
    db::accounts::set_deleted(tx, sender.id, received.at);
    // Thousands of posts are not for one transaction.
    statuses::queue_erasing(tx, sender.id);
    return Outcome::Applied;
}

} // namespace

Result<Outcome> handle_delete(db::Tx& tx, const House& house, const Received& received) {
    const std::string& uri = received.activity.object;
    if (uri == received.sender.uri) return delete_actor(tx, received);
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
    if (!db::quote_authorizations::revoke(tx, uri, received.sender.id).empty())
        return Outcome::Applied;
    // Deleted before it came: the late Create finds the grave (ATTACKS D16).
    if (!same_origin(uri, received.sender.uri)) return Outcome::Ignored;
    statuses::bury(tx, uri, received.sender, received.at);
    return Outcome::Applied;
}

} // namespace inbox
