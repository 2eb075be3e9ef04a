#include "db/quote_authorizations.h"
#include "db/statuses.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "inbox/handlers.h"
#include "outbox/audience.h"
#include "outbox/deliver.h"
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

    const auto& note = received.posts.front().note;
    const Json request =
        federation::brief_activity(activity.id, "QuoteRequest", sender.uri, activity.object);
    Json answer;
    const auto verdict = statuses::answer_quote(tx, *status, *author, sender);
    // Asking the author needs a page of its own; until there is one, what is not granted is
    // refused, like what was granted once and taken back.
    const auto stamp = verdict == statuses::QuoteAnswer::Accept
                           ? db::quote_authorizations::ensure(tx, status->id, note.id, received.at)
                           : std::nullopt;
    if (stamp) {
        const federation::Envelope envelope{
            .id = federation::fragment_uri(author->uri, "accepts/quote_requests", stamp->id),
            .actor = author->uri,
            .to = {sender.uri}};
        answer = federation::render_accept_quote(
            envelope,
            request,
            federation::quote_authorization_uri(house.instance, author->username, stamp->id));
    } else {
        const federation::Envelope envelope{
            .id = federation::fragment_uri(
                author->uri, "rejects/quote_requests", received.at.time_since_epoch().count()),
            .actor = author->uri,
            .to = {sender.uri}};
        answer = federation::render_reject(envelope, request);
    }
    outbox::deliver(tx,
                    {.signer = author->id,
                     .body = dump_json(answer),
                     .inboxes = outbox::inbox_of(tx, sender.id)});
    return Outcome::Applied;
}

} // namespace inbox
