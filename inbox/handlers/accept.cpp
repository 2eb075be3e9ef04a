#include "db/follows.h"
#include "inbox/handlers.h"
#include "inbox/our_follow.h"
#include "inbox/our_leave.h"
#include "inbox/our_quote.h"
#include "inbox/our_report.h"
#include "inbox/recall.h"
#include "timelines/home.h"

namespace inbox {

// Only the followed can accept, and only what was asked (ATTACKS A17, A18).
Result<Outcome> handle_accept(db::Tx& tx, const House& house, const Received& received) {
    if (outbox::hear_answer(tx,
                            house_of(house, received.sender),
                            received.activity.object,
                            outbox::Answer::Accept,
                            received.at))
        return Outcome::Applied;
    if (confirms_our_recall(tx, house, received)) return Outcome::Applied;
    if (take_case(tx, received)) return Outcome::Applied;
    const auto& stamp = received.activity.result.id;
    if (!stamp.empty() && (answer_our_quote(tx, house, received, stamp) ||
                           answer_our_leave(tx, house, received, stamp)))
        return Outcome::Applied;
    const auto asked = find_our_follow(tx, house, received);
    if (!asked || asked->accepted) return Outcome::Ignored;
    if (!db::follows::accept(tx, asked->follower, asked->followed)) return Outcome::Ignored;
    timelines::follow_began(tx, asked->follower, asked->followed);
    return Outcome::Applied;
}

} // namespace inbox
