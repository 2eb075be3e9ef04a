#include "db/early_undos.h"
#include "db/favourites.h"
#include "db/statuses.h"
#include "inbox/handlers.h"
#include "statuses/may_see.h"
#include "statuses/policy.h"
#include "timelines/notify.h"

namespace inbox {
namespace {

constexpr std::chrono::hours early_undo_lifetime{6};

} // namespace

// Also an EmojiReact, which counts as one.
Result<Outcome> handle_like(db::Tx& tx, const House&, const Received& received) {
    const auto& [activity, sender] = std::tie(received.activity, received.sender);
    const auto status = db::statuses::find_by_uri(tx, activity.object);
    // We count favourites of our own statuses only; for the others we see a part.
    if (!status || !status->local || status->is_boost()) return Outcome::Ignored;
    // A stranger's Like of a hidden post is a probe: no answer, no trace (ATTACKS P04).
    if (!statuses::may_see(tx, sender.id, *status)) return Outcome::Ignored;
    const auto author = db::accounts::find(tx, status->author);
    if (!author ||
        statuses::answer_interaction(tx, statuses::Interaction::Like, *status, *author, sender) !=
            statuses::QuoteAnswer::Accept)
        return Outcome::Ignored;
    if (!activity.id.empty() &&
        db::early_undos::exists(tx, sender.uri, activity.id, received.at - early_undo_lifetime))
        return Outcome::Ignored;
    if (!db::favourites::insert(tx, sender.id, status->id, activity.id)) return Outcome::Ignored;
    timelines::notify(tx,
                      {.recipient = status->author,
                       .type = timelines::NotificationType::Favourite,
                       .from = sender.id,
                       .status = status->id,
                       .now = received.at});
    return Outcome::Applied;
}

} // namespace inbox
