#include "db/blocks.h"
#include "db/follows.h"
#include "inbox/handlers.h"
#include "timelines/home.h"

namespace inbox {

// Ends follows both ways; the member is not told.
Result<Outcome> handle_block(db::Tx& tx, const House& house, const Received& received) {
    const auto& sender = received.sender;
    const auto blocked = db::accounts::find_by_uri(tx, received.activity.object);
    if (!blocked || !blocked->is_local() || blocked->id == house.server_actor)
        return Outcome::Ignored;
    if (!db::blocks::insert(tx, sender.id, blocked->id, received.activity.id))
        return Outcome::Ignored;
    db::follows::remove(tx, sender.id, blocked->id);
    const auto ours = db::follows::remove(tx, blocked->id, sender.id);
    if (ours && ours->accepted) timelines::follow_ended(tx, blocked->id, sender.id);
    return Outcome::Applied;
}

} // namespace inbox
