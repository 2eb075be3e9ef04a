#include "actors/commercial.h"
#include "base/json_reader.h"
#include "db/statuses.h"
#include "federation/actor.h"
#include "federation/case.h"
#include "federation/uris.h"
#include "inbox/handlers.h"
#include "inbox/our_report.h"
#include "inbox/quoting.h"
#include "outbox/policy_job.h"
#include "statuses/cards.h"
#include "statuses/edit.h"
#include "statuses/ingest.h"
#include "statuses/note_rows.h"
#include "timelines/fan_out.h"
#include "timelines/live.h"
#include "timelines/notify.h"

namespace inbox {
namespace {

Error refused(std::string detail) {
    return Error{Error::Kind::Forbidden, "update: " + std::move(detail)};
}

// Signed by the actor itself, so its own word about itself; the handle never changes.
Result<Outcome> update_actor(db::Tx& tx, const House& house, const Received& received) {
    const Json* document = federation::embedded_object(received.activity);
    // Only its id: the worker has read it anew.
    if (document == nullptr) return Outcome::Ignored;
    const auto actor = federation::parse_actor(*document);
    if (!actor) return actor.error();
    if (actor->id != received.sender.uri) return refused("of another actor");
    actors::store_actor(tx, received.sender, *actor, received.at);
    actors::put_commercial(tx, received.sender, *document);
    for (const auto& key : actor->keys)
        house.signers.forget(key.id);
    // That is how a peer says that it promises something else now.
    if (received.sender.is_server_actor) outbox::queue_policy_check(tx, received.sender.host);
    return Outcome::Applied;
}

Result<Outcome> update_post(db::Tx& tx, const House& house, const Received& received, Post post) {
    statuses::strip(post.note, received.effects);
    if (federation::is_local(house.instance, post.note.id)) return refused("a post of ours");
    auto status = db::statuses::find_by_uri(tx, post.note.id);
    if (!status) {
        if (!received.sender_is_followed || !federation::is_author(post.note, received.sender.uri))
            return Outcome::Ignored;
        const auto stored = statuses::ingest(tx,
                                             post.note,
                                             post.author,
                                             {.instance = house.instance,
                                              .now = received.at,
                                              .muted_reach = received.effects.quiet,
                                              .activity_uri = received.activity.id});
        return stored && stored->is_new ? Outcome::Applied : Outcome::Ignored;
    }
    // No short cut for neighbours on the same host (ATTACKS A14).
    if (status->author != post.author.id || !federation::is_author(post.note, received.sender.uri))
        return refused("of another author's post");
    const auto edited = statuses::apply_edit(tx, *status, post.note, post.author, received.at);
    if (!edited) return edited.error();
    if (edited->quote_changed) settle_quote(tx, *status, received.at);
    if (!edited->content_changed && !edited->poll_changed && !edited->quote_changed) {
        return Outcome::Ignored;
    }
    if (edited->content_changed && !received.effects.quiet) {
        timelines::notify_new_mentions(tx, *status, edited->new_mentions, received.at);
        timelines::notify_of_edit(tx, status->id, status->author, received.at);
    }
    if (edited->content_changed || edited->quote_changed) timelines::tell_of_edit(tx, status->id);
    if (edited->content_changed) statuses::queue_card(tx, *status);
    return Outcome::Applied;
}

} // namespace

Result<Outcome> handle_update(db::Tx& tx, const House& house, const Received& received) {
    if (received.activity.object == received.sender.uri) return update_actor(tx, house, received);
    if (const Json* object = federation::embedded_object(received.activity);
        object != nullptr && federation::is_case(*object))
        return update_case(tx, received, *object);
    if (received.posts.empty()) return Outcome::Ignored;
    return update_post(tx, house, received, received.posts.front());
}

} // namespace inbox
