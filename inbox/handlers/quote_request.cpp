#include "db/quote_requests.h"
#include "db/statuses.h"
#include "inbox/handlers.h"
#include "outbox/quote_requests.h"
#include "statuses/may_see.h"
#include "statuses/policy.h"

namespace inbox {
namespace {

// The quoting note is the sender's, and quotes what it asks about.
bool fits(const Received& received) {
    if (received.posts.empty()) return false;
    const auto& note = received.posts.front().note;
    return federation::is_author(note, received.sender.uri) &&
           note.quote.uri == received.activity.object;
}

} // namespace

Result<Outcome> handle_quote_request(db::Tx& tx, const House& house, const Received& received) {
    const auto& [activity, sender] = std::tie(received.activity, received.sender);
    const auto status = db::statuses::find_by_uri(tx, activity.object);
    if (!status || !status->local) return Outcome::Ignored;
    // A hidden post is answered like one that does not exist (ATTACKS P04).
    if (!statuses::may_see(tx, sender.id, *status)) return Outcome::Ignored;
    const auto author = db::accounts::find(tx, status->author);
    if (!author || !author->is_visible()) return Outcome::Ignored;
    if (!fits(received))
        return Error{Error::Kind::Forbidden, "quote request: the note does not fit"};

    db::QuoteRequest request{.status = status->id,
                             .author = author->id,
                             .asker = sender.id,
                             .quoting_uri = received.posts.front().note.id,
                             .request_uri = activity.id,
                             .created_at = received.at};
    const auto verdict = statuses::answer_quote(tx, *status, *author, sender);
    request.accepted = verdict == statuses::QuoteAnswer::Accept;
    if (verdict == statuses::QuoteAnswer::Ask) {
        const auto known = db::quote_requests::find_about(tx, status->id, request.quoting_uri);
        if (!known && outbox::keep_quote_request(tx, request)) return Outcome::Applied;
        if (known && !known->decided_at) return Outcome::Ignored;
        request.accepted = known && known->accepted;
    }
    outbox::answer_quote_request_of(tx, house.instance, *author, sender, request, received.at);
    return Outcome::Applied;
}

} // namespace inbox
