#include "db/polls.h"
#include "db/statuses.h"
#include "federation/uris.h"
#include "inbox/handlers.h"
#include "statuses/may_see.h"

#include <algorithm>

namespace inbox {

// A ballot, not a post: counted once per voter and option, never shown.
Result<Outcome> handle_vote(db::Tx& tx, const House&, const Received& received, const Post& vote) {
    // Nobody votes for somebody else (fixture reject-vote-on-behalf).
    if (vote.author.id != received.sender.id)
        return Error{Error::Kind::Forbidden, "vote: by another author"};
    const auto question = db::statuses::find_by_uri(tx, vote.note.in_reply_to);
    if (!question || !question->local || !question->poll) return Outcome::Ignored;
    if (question->author == received.sender.id) return Outcome::Ignored;
    if (!statuses::may_see(tx, received.sender.id, *question)) return Outcome::Ignored;

    const auto poll = db::polls::lock(tx, question->poll);
    if (!poll || poll->is_over(received.at)) return Outcome::Ignored;
    const auto option = std::ranges::find(poll->options, vote.note.text_name);
    if (option == poll->options.end()) return Outcome::Ignored;
    const auto choice = option - poll->options.begin();
    const auto standing = db::polls::votes_of(tx, poll->id, received.sender.id);
    if (!poll->multiple && !standing.empty()) return Outcome::Ignored;
    const int counted = db::polls::cast(
        tx, poll->id, received.sender.id, {choice}, vote.note.id, db::polls::Tally::Count);
    return counted > 0 ? Outcome::Applied : Outcome::Ignored;
}

} // namespace inbox
