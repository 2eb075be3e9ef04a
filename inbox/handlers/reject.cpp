#include "db/follows.h"
#include "inbox/handlers.h"
#include "inbox/our_follow.h"
#include "inbox/our_leave.h"
#include "inbox/our_quote.h"
#include "timelines/home.h"

namespace inbox {

// Also after an Accept: then it removes a follower.
Result<Outcome> handle_reject(db::Tx& tx, const House& house, const Received& received) {
    if (outbox::hear_answer(tx,
                            house_of(house, received.sender),
                            received.activity.object,
                            outbox::Answer::Reject,
                            received.at))
        return Outcome::Applied;
    if (answer_our_quote(tx, house, received, "") || answer_our_leave(tx, house, received, "") ||
        end_refused_like(tx, house, received))
        return Outcome::Applied;
    const auto asked = find_our_follow(tx, house, received);
    if (!asked) return Outcome::Ignored;
    db::follows::remove(tx, asked->follower, asked->followed);
    if (asked->accepted) timelines::follow_ended(tx, asked->follower, asked->followed);
    return Outcome::Applied;
}

} // namespace inbox
