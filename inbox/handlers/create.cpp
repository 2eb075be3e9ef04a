#include "db/statuses.h"
#include "federation/uris.h"
#include "inbox/forwarding.h"
#include "inbox/handlers.h"
#include "inbox/quoting.h"
#include "statuses/cards.h"
#include "statuses/ingest.h"
#include "statuses/note_rows.h"
#include "timelines/fan_out.h"

#include <algorithm>
#include <optional>

namespace inbox {
namespace {

Error refused(std::string detail) {
    return Error{Error::Kind::Forbidden, "create: " + std::move(detail)};
}

// Somebody here asked for it by following, by being addressed, by its parent or its group; or it
// came to a member's own inbox. Everything else is no business of ours.
bool is_meant_for_us(db::Tx& tx,
                     const House& house,
                     const Received& received,
                     const federation::Note& note) {
    if (received.sender_is_followed || !received.inbox_name.empty()) return true;
    const auto is_ours = [&](const std::string& uri) {
        return federation::is_local(house.instance, uri);
    };
    if (std::ranges::any_of(note.to, is_ours) || std::ranges::any_of(note.cc, is_ours)) return true;
    if (std::ranges::any_of(note.mentions, is_ours, &federation::Mention::href)) return true;
    for (const auto& uri : {note.in_reply_to, note.quote.uri}) {
        if (!uri.empty() && db::statuses::find_by_uri(tx, uri)) return true;
    }
    return false;
}

AccountId inbox_owner(db::Tx& tx, const Received& received) {
    if (received.inbox_name.empty()) return {};
    const auto owner = db::accounts::find_by_handle(tx, received.inbox_name, "");
    return owner ? owner->id : AccountId{};
}

Result<Outcome> store(db::Tx& tx, const House& house, const Received& received, const Post& post) {
    federation::Note note = post.note;
    statuses::strip(note, received.effects);
    const auto stored = statuses::ingest(tx,
                                         note,
                                         post.author,
                                         {.instance = house.instance,
                                          .now = received.at,
                                          .muted_reach = received.effects.quiet,
                                          .activity_uri = received.activity.id,
                                          .inbox_owner = inbox_owner(tx, received),
                                          .has_leave = post.has_leave});
    if (!stored) {
        // It was deleted before it came: no fault of anybody's.
        if (stored.error().kind == Error::Kind::Gone) return Outcome::Ignored;
        return stored.error();
    }
    if (!stored->is_new) return Outcome::Ignored;
    settle_quote(tx, stored->status, received.at);
    statuses::queue_card(tx, stored->status);
    timelines::fan_out(tx, stored->status, received.at);
    forward(tx, received, stored->status);
    return Outcome::Applied;
}

} // namespace

Result<Outcome> handle_create(db::Tx& tx, const House& house, const Received& received) {
    // All are looked at before any is written.
    for (const Post& post : received.posts) {
        if (federation::is_local(house.instance, post.note.id)) return refused("an id of ours");
        if (!federation::is_author(post.note, received.activity.actor))
            return refused("by another author");
    }
    auto outcome = Outcome::Ignored;
    for (const Post& post : received.posts) {
        const bool is_ballot =
            federation::is_vote(post.note) &&
            federation::local_status_id(house.instance, post.note.in_reply_to).value != 0;
        if (!is_ballot && !is_meant_for_us(tx, house, received, post.note)) continue;
        const auto done =
            is_ballot ? handle_vote(tx, house, received, post) : store(tx, house, received, post);
        if (!done && outcome == Outcome::Ignored) return done.error();
        if (done && *done == Outcome::Applied) outcome = Outcome::Applied;
    }
    return outcome;
}

} // namespace inbox
