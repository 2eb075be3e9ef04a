#include "db/follows.h"
#include "db/quote_authorizations.h"
#include "db/statuses.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "inbox/handlers.h"
#include "outbox/audience.h"
#include "outbox/deliver.h"
#include "statuses/may_see.h"

#include <algorithm>
#include <array>

namespace inbox {
namespace {

// The stored form of who may quote: lists of "public", "followers", "following". What is not stated
// means nobody but oneself (PROTOCOL section 15).
bool lists(const Json& policy, std::string_view who) {
    if (!policy.is_object()) return false;
    const auto automatic = policy.find("automatic");
    if (automatic == policy.end() || !automatic->is_array()) return false;
    return std::ranges::find(*automatic, Json(who)) != automatic->end();
}

bool may_quote(db::Tx& tx, const db::Status& status, const db::Account& quoter) {
    const bool is_open = status.visibility == db::Visibility::Public ||
                         status.visibility == db::Visibility::Unlisted;
    if (!is_open || status.local_only) return false;
    const Json& policy = status.interaction_policy;
    return lists(policy, "public") ||
           (lists(policy, "followers") &&
            db::follows::is_following(tx, quoter.id, status.author)) ||
           (lists(policy, "following") && db::follows::is_following(tx, status.author, quoter.id));
}

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
    if (may_quote(tx, *status, sender)) {
        const auto stamp = db::quote_authorizations::ensure(tx, status->id, note.id, received.at);
        const federation::Envelope envelope{
            .id = federation::fragment_uri(author->uri, "accepts/quote_requests", stamp.id),
            .actor = author->uri,
            .to = {sender.uri}};
        answer = federation::render_accept_quote(
            envelope,
            request,
            federation::quote_authorization_uri(house.instance, author->username, stamp.id));
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
