#include "outbox/consent.h"

#include "base/uri.h"
#include "db/reply_requests.h"
#include "federation/envelope.h"
#include "outbox/audience.h"
#include "outbox/boost.h"
#include "outbox/deliver.h"
#include "outbox/publish.h"
#include "statuses/render.h"

namespace outbox {
namespace {

std::string_view refusal_of(statuses::Interaction interaction) {
    switch (interaction) {
    case statuses::Interaction::Reply:
        return "The author of this post does not take answers from everybody";
    case statuses::Interaction::Like:
        return "The author of this post does not take favourites from everybody";
    case statuses::Interaction::Announce:
        break;
    }
    return "The author of this post does not let everybody boost it";
}

} // namespace

Result<statuses::QuoteAnswer> ask_policy(db::Tx& tx,
                                         statuses::Interaction interaction,
                                         const db::Status& status,
                                         const db::Account& self) {
    using statuses::QuoteAnswer;
    const auto author = db::accounts::find(tx, status.author);
    if (!author) return Error{Error::Kind::NotFound, "no author"};
    const auto answer = statuses::answer_interaction(tx, interaction, status, *author, self);
    if (answer != QuoteAnswer::Reject) return answer;
    return Error{.kind = Error::Kind::Forbidden,
                 .detail = "the policy of the post says no",
                 .shown = std::string(refusal_of(interaction)),
                 .reason = "interaction-policy"};
}

void ask_for_leave(db::Tx& tx,
                   const db::Status& status,
                   const db::Status& parent,
                   const Json& object) {
    db::reply_requests::insert(tx, status.id, parent.author);
    if (status.local_only) return;
    deliver(tx,
            {.signer = status.author,
             .body = dump_json(federation::render_create(object)),
             .object_uri = status.uri,
             .inboxes = inbox_of(tx, parent.author),
             .remember_inboxes = true});
}

bool answer_leave_request(db::Tx& tx,
                          const Instance& instance,
                          StatusId id,
                          const db::Account& author,
                          std::string_view stamp_uri,
                          Time now) {
    if (!stamp_uri.empty() && !same_origin(stamp_uri, author.uri)) return false;
    auto status = db::statuses::find(tx, id);
    if (!status || !status->local) return false;
    if (!db::reply_requests::decide(tx, id, author.id, stamp_uri, now)) return false;
    if (status->is_boost()) {
        end_waiting(tx, *status, stamp_uri, now);
        return true;
    }
    if (stamp_uri.empty()) return true;
    const Json object = statuses::render_object(tx, instance, *status);
    db::statuses::set_document(tx, id, dump_json(object));
    send_post(tx, object, *status);
    return true;
}

} // namespace outbox
