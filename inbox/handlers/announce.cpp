#include "db/audiences.h"
#include "db/early_undos.h"
#include "db/statuses.h"
#include "federation/note.h"
#include "inbox/handlers.h"
#include "statuses/policy.h"
#include "statuses/store.h"
#include "timelines/fan_out.h"
#include "timelines/notify.h"

#include <algorithm>
#include <tuple>

namespace inbox {
namespace {

constexpr std::chrono::hours early_undo_lifetime{6};

db::Visibility visibility_of(const Received& received) {
    switch (federation::visibility_of(
        received.activity.to, received.activity.cc, received.sender.followers_uri, {})) {
    case federation::Visibility::Public:
        return db::Visibility::Public;
    case federation::Visibility::Unlisted:
        return db::Visibility::Unlisted;
    default:
        return db::Visibility::Private;
    }
}

// Nobody but the author may pass on what is not open to all (fixture announce-followers-only).
bool may_boost(const db::Status& status, const db::Account& sender) {
    if (status.is_boost()) return false;
    if (status.visibility == db::Visibility::Public) return true;
    if (status.visibility == db::Visibility::Unlisted) return true;
    return status.visibility == db::Visibility::Private && status.author == sender.id;
}

} // namespace

// The boosted post is here already, or was fetched from its origin: never the copy in the activity
// (ATTACKS A21).
Result<Outcome> handle_announce(db::Tx& tx, const House& house, const Received& received) {
    const auto& [activity, sender] = std::tie(received.activity, received.sender);
    const auto original = db::statuses::find_by_uri(tx, activity.object);
    if (!original || !may_boost(*original, sender)) return Outcome::Ignored;
    if (db::audiences::find(tx, original->id)) return Outcome::Ignored;
    if (!original->local && !received.sender_is_followed) return Outcome::Ignored;
    const auto author = db::accounts::find(tx, original->author);
    if (!author || !author->is_visible()) return Outcome::Ignored;
    // Leave that must be asked for is the author's to give; without its stamp there is none.
    if (!received.has_leave &&
        statuses::answer_interaction(
            tx, statuses::Interaction::Announce, *original, *author, sender) !=
            statuses::QuoteAnswer::Accept)
        return Outcome::Ignored;
    if (!author->is_local() && !house.peers.may_contact(author->host)) {
        return Error{.kind = Error::Kind::Forbidden,
                     .detail = "the boosted author's host is not allowed",
                     .reason = "principal-not-authorized"};
    }
    if (db::early_undos::exists(tx, sender.uri, activity.id, received.at - early_undo_lifetime))
        return Outcome::Ignored;

    const Time at = std::min(activity.published.value_or(received.at), received.at);
    const db::Status boost{
        .id = db::statuses::new_id(tx, at),
        .uri = activity.id,
        .url = activity.id,
        .author = sender.id,
        .object_type = "Announce",
        .activity_uri = activity.id,
        .reblog_of = original->id,
        .visibility = visibility_of(received),
        .muted_reach = received.effects.quiet,
        .created_at = at,
        .fetched_at = received.at,
    };
    if (!statuses::store(tx, boost)) return Outcome::Ignored;
    timelines::fan_out(tx, boost, received.at);
    if (!boost.muted_reach) {
        timelines::notify(tx,
                          {.recipient = original->author,
                           .type = timelines::NotificationType::Reblog,
                           .from = sender.id,
                           .status = original->id,
                           .now = received.at});
    }
    return Outcome::Applied;
}

} // namespace inbox
