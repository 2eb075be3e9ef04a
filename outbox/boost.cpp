#include "outbox/boost.h"

#include "db/reply_requests.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/draft.h"
#include "outbox/consent.h"
#include "outbox/deliver.h"
#include "outbox/pile.h"
#include "outbox/staying.h"
#include "statuses/addressing.h"
#include "statuses/audience.h"
#include "statuses/remove.h"
#include "statuses/store.h"
#include "timelines/fan_out.h"
#include "timelines/notify.h"

#include <optional>

namespace outbox {
namespace {

/// With which visibility the post may be boosted by that account; nothing: not at all.
std::optional<db::Visibility> boost_visibility(const db::Status& original,
                                               AccountId booster,
                                               db::Visibility wanted) {
    const bool is_open = original.visibility == db::Visibility::Public ||
                         original.visibility == db::Visibility::Unlisted;
    if (original.visibility == db::Visibility::Private && original.author == booster) {
        return db::Visibility::Private;
    }
    if (!is_open) return std::nullopt;
    const bool is_for_followers = wanted == db::Visibility::Public ||
                                  wanted == db::Visibility::Unlisted ||
                                  wanted == db::Visibility::Private;
    return is_for_followers ? wanted : db::Visibility::Private;
}

/// To those who follow the booster, and to the author of what is boosted.
void announce(db::Tx& tx,
              const db::Status& boost,
              const db::Status& original,
              const db::Account& booster,
              const db::Account& author,
              Time now) {
    timelines::fan_out(tx, boost, now);
    timelines::notify(tx,
                      {.recipient = author.id,
                       .type = timelines::NotificationType::Reblog,
                       .from = booster.id,
                       .status = original.id,
                       .now = now});
    deliver(tx,
            {.signer = booster.id,
             .body = dump_json(render_boost(tx, boost, original, booster, author)),
             .object_uri = boost.uri,
             .inboxes = audience_of(tx, readers_of(tx, boost)),
             .remember_inboxes = true});
}

/// A boost that needs leave is a request to the author alone.
void ask_to_boost(db::Tx& tx,
                  const db::Status& boost,
                  const db::Status& original,
                  const db::Account& booster,
                  const db::Account& author,
                  db::Visibility wanted) {
    db::reply_requests::insert_boost(tx, boost.id, author.id, db::to_string(wanted));
    db::Status shown = boost;
    shown.visibility = wanted;
    deliver(tx,
            {.signer = booster.id,
             .body = dump_json(render_boost(tx, shown, original, booster, author)),
             .object_uri = boost.uri,
             .inboxes = inbox_of(tx, author.id),
             .remember_inboxes = true});
}

} // namespace

Json render_boost(db::Tx& tx,
                  const db::Status& boost,
                  const db::Status& original,
                  const db::Account& booster,
                  const db::Account& author) {
    auto addressing = statuses::address(boost.visibility, booster.followers_uri, {author.uri});
    const federation::Envelope envelope{.id = boost.activity_uri,
                                        .actor = booster.uri,
                                        .to = addressing.to,
                                        .cc = addressing.cc,
                                        .published = boost.created_at};
    const std::string stamp = statuses::takes_all(original, statuses::Interaction::Announce)
                                  ? std::string{}
                                  : db::reply_requests::find_stamp(tx, boost.id);
    if (stamp.empty()) return federation::render_announce(envelope, std::string_view(original.uri));
    return federation::render_stamped_announce(envelope, original.uri, stamp);
}

Result<db::Status> boost(db::Tx& tx, const Acting& acting, StatusId id, db::Visibility visibility) {
    const auto booster = find_staying_self(tx, acting);
    if (!booster) return booster.error();
    const auto original = find_readable(tx, acting, id);
    if (!original) return original.error();
    if (auto standing = db::statuses::find_boost(tx, booster->id, original->id)) {
        return std::move(*standing);
    }
    const auto allowed = boost_visibility(*original, booster->id, visibility);
    if (!allowed || statuses::is_narrow(tx, *original)) {
        return Error{.kind = Error::Kind::Forbidden,
                     .detail = "not a public post",
                     .shown = "This post cannot be boosted"};
    }
    const auto author = db::accounts::find(tx, original->author);
    if (!author) return Error{Error::Kind::NotFound, "no author"};
    const auto leave = ask_policy(tx, statuses::Interaction::Announce, *original, *booster);
    if (!leave) return leave.error();
    const moderation::Outgoing outgoing{.type = "Announce",
                                        .visibility = *allowed,
                                        .local_only = original->local_only,
                                        .about = *original,
                                        .whom = *author};
    if (auto refused = refusal(tx, acting, *booster, outgoing)) return std::move(*refused);

    // Until the author said yes nobody else sees it.
    const bool asks = *leave == statuses::QuoteAnswer::Ask;
    const auto boost_id = db::statuses::new_id(tx, acting.now);
    const std::string uri = federation::status_uri(acting.instance, booster->username, boost_id);
    const db::Status boost{
        .id = boost_id,
        .uri = uri,
        .url = federation::post_url(acting.instance, booster->username, boost_id),
        .author = booster->id,
        .local = true,
        .object_type = "Announce",
        .activity_uri = federation::activity_uri(uri),
        .reblog_of = original->id,
        .visibility = asks ? db::Visibility::Direct : *allowed,
        .local_only = original->local_only,
        .created_at = acting.now,
    };
    if (!statuses::store(tx, boost)) {
        return Error{Error::Kind::Unavailable, "boosted at the same moment"};
    }
    if (asks)
        ask_to_boost(tx, boost, *original, *booster, *author, *allowed);
    else
        announce(tx, boost, *original, *booster, *author, acting.now);
    note_pile(tx, *booster, outgoing, acting.now);
    return boost;
}

void end_waiting(db::Tx& tx, db::Status boost, std::string_view stamp_uri, Time now) {
    const auto original = db::statuses::find(tx, boost.reblog_of);
    const auto booster = db::accounts::find(tx, boost.author);
    const auto author = original ? db::accounts::find(tx, original->author) : std::nullopt;
    const auto shown = stamp_uri.empty() || !booster || !author
                           ? std::nullopt
                           : db::reply_requests::show_boost(tx, boost.id);
    if (!shown) {
        statuses::remove_status(tx, boost, now);
        return;
    }
    boost.visibility = *shown;
    if (db::is_open(boost.visibility))
        db::accounts::add_statuses_count(tx, booster->id, 1, boost.created_at);
    announce(tx, boost, *original, *booster, *author, now);
}

Result<db::Status> unboost(db::Tx& tx, const Acting& acting, StatusId id) {
    const auto booster = find_self(tx, acting);
    if (!booster) return booster.error();
    auto original = find_readable(tx, acting, id);
    if (!original) return original;
    const auto boost = db::statuses::find_boost(tx, booster->id, original->id);
    const auto author = db::accounts::find(tx, original->author);
    if (!boost || !author) return original;

    auto recipients = readers_of(tx, *boost);
    if (!boost->local_only) recipients.object_uri = boost->uri;
    const auto inboxes = audience_of(tx, recipients);
    statuses::remove_status(tx, *boost, acting.now);
    const auto addressing =
        statuses::address(boost->visibility, booster->followers_uri, {author->uri});
    deliver(tx,
            {.signer = booster->id,
             .body = dump_json(
                 federation::render_undo({.id = boost->activity_uri + "#undo",
                                          .actor = booster->uri,
                                          .to = addressing.to,
                                          .cc = addressing.cc},
                                         render_boost(tx, *boost, *original, *booster, *author))),
             .object_uri = boost->uri,
             .inboxes = inboxes});
    // Its counters changed.
    auto fresh = db::statuses::find(tx, original->id);
    if (fresh) return std::move(*fresh);
    return original;
}

} // namespace outbox
