#include "outbox/quote_requests.h"

#include "db/quote_authorizations.h"
#include "db/statuses.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "outbox/deliver.h"
#include "outbox/quote.h"
#include "timelines/notify.h"

namespace outbox {
namespace {

// One asker cannot bury an author under requests.
constexpr int most_open = 20;

/// "" when it was withdrawn.
std::string stamp_uri(db::Tx& tx,
                      const Instance& instance,
                      const db::Account& author,
                      const db::QuoteRequest& request,
                      Time now) {
    const auto stamp =
        db::quote_authorizations::ensure(tx, request.status, request.quoting_uri, now);
    if (!stamp) return {};
    return federation::quote_authorization_uri(instance, author.username, stamp->id);
}

timelines::Notification notification_of(const db::QuoteRequest& request) {
    return {.recipient = request.author,
            .type = timelines::NotificationType::PendingQuote,
            .from = request.asker,
            .status = request.status,
            .now = request.created_at};
}

} // namespace

bool keep_quote_request(db::Tx& tx, const db::QuoteRequest& request) {
    if (db::quote_requests::count_open(tx, request.author, request.asker) >= most_open)
        return false;
    if (!db::quote_requests::insert(tx, request)) return false;
    timelines::notify(tx, notification_of(request));
    return true;
}

void answer_quote_request_of(db::Tx& tx,
                             const Instance& instance,
                             const db::Account& author,
                             const db::Account& asker,
                             const db::QuoteRequest& request,
                             Time now) {
    const auto quoted = db::statuses::find(tx, request.status);
    if (!quoted) return;
    const Json asked =
        federation::brief_activity(request.request_uri, "QuoteRequest", asker.uri, quoted->uri);
    const std::string stamp =
        request.accepted ? stamp_uri(tx, instance, author, request, now) : std::string{};
    const std::string kind = stamp.empty() ? "rejects/quote_requests" : "accepts/quote_requests";
    const federation::Envelope envelope{
        .id = federation::fragment_uri(author.uri, kind, db::statuses::new_id(tx, now).value),
        .actor = author.uri,
        .to = {asker.uri}};
    const Json answer = stamp.empty() ? federation::render_reject(envelope, asked)
                                      : federation::render_accept_quote(envelope, asked, stamp);
    deliver(tx,
            {.signer = author.id, .body = dump_json(answer), .inboxes = inbox_of(tx, asker.id)});
}

Result<db::QuoteRequest> decide_quote_request(db::Tx& tx,
                                              const Acting& acting,
                                              std::int64_t id,
                                              QuoteDecision decision) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    auto request = db::quote_requests::find(tx, self->id, id);
    if (!request) return Error{Error::Kind::NotFound, "no such quote request"};
    const auto asker = find_other(tx, request->asker);
    if (!asker) return asker.error();
    const bool accepts = decision == QuoteDecision::Accept;
    if (!db::quote_requests::decide(tx, id, accepts, acting.now)) return std::move(*request);
    request->decided_at = acting.now;
    request->accepted = accepts;
    timelines::withdraw(tx, notification_of(*request));
    if (!asker->is_local()) {
        answer_quote_request_of(tx, acting.instance, *self, *asker, *request, acting.now);
        return std::move(*request);
    }
    // A post that is gone by now needs no answer.
    if (const auto quoting = db::statuses::find_by_uri(tx, request->quoting_uri)) {
        const std::string stamp =
            accepts ? stamp_uri(tx, acting.instance, *self, *request, acting.now) : std::string{};
        answer_quote_request(tx, acting.instance, quoting->id, *self, stamp, acting.now);
    }
    return std::move(*request);
}

} // namespace outbox
