#include "statuses/ingest.h"

#include "base/uri.h"
#include "db/audiences.h"
#include "db/media_attachments.h"
#include "db/mentions.h"
#include "db/polls.h"
#include "db/tags.h"
#include "db/visibility.h"
#include "federation/note.h"
#include "federation/uris.h"
#include "statuses/audience.h"
#include "statuses/note_rows.h"
#include "statuses/policy.h"
#include "statuses/quotes.h"
#include "statuses/store.h"

#include <algorithm>

namespace statuses {
namespace {

Result<Done> check_origin(const federation::Note& note,
                          const db::Account& author,
                          const Instance& instance) {
    if (federation::is_local(instance, note.id)) {
        return Error{Error::Kind::Invalid, "ingest: the id is one of ours"};
    }
    if (!federation::is_author(note, author.uri) || !same_origin(note.id, author.uri)) {
        return Error{Error::Kind::Forbidden, "ingest: not by its author"};
    }
    return Done{};
}

// An answer or quote of something hidden tells as little as one of something that is not there
// (ATTACKS P04).
std::optional<db::Status> if_visible(db::Tx& tx,
                                     std::optional<db::Status> status,
                                     const db::Account& reader) {
    if (!status || db::is_open(status->visibility)) return status;
    if (!db::visibility::is_visible(tx, reader.id, status->id)) return std::nullopt;
    return status;
}

// An answer without the leave that its parent asks for stands by itself (PROTOCOL section 15).
std::optional<db::Status> if_allowed(db::Tx& tx,
                                     std::optional<db::Status> parent,
                                     const db::Account& author,
                                     bool has_leave) {
    if (!parent || has_leave || takes_all(*parent, Interaction::Reply)) return parent;
    const auto owner = db::accounts::find(tx, parent->author);
    if (!owner) return std::nullopt;
    const auto answer = answer_interaction(tx, Interaction::Reply, *parent, *owner, author);
    if (answer != QuoteAnswer::Accept) return std::nullopt;
    return parent;
}

void place_in_thread(db::Status& status,
                     const federation::Note& note,
                     const std::optional<db::Status>& parent) {
    status.in_reply_to_uri = note.in_reply_to;
    status.context_uri = note.context;
    status.conversation = note.conversation;
    status.thread = status.id.value;
    if (!parent) return;
    status.in_reply_to = parent->id;
    status.in_reply_to_account = parent->author;
    status.thread = parent->thread;
    // A claimed context is a hint at best; what the thread began with counts.
    if (!parent->context_uri.empty()) status.context_uri = parent->context_uri;
    if (!parent->conversation.empty()) status.conversation = parent->conversation;
}

void write_mentions(db::Tx& tx,
                    const db::Status& status,
                    const federation::Note& note,
                    AccountId inbox_owner) {
    const auto uris = addressed_uris(note);
    const bool is_addressed = !note.to.empty() || !note.cc.empty();
    if (is_addressed) {
        db::mentions::insert_by_uri(tx, status.id, uris);
    } else if (inbox_owner) {
        db::mentions::insert_all(tx, status.id, {inbox_owner}, false);
    }
}

void write_tags(db::Tx& tx, StatusId status, const federation::Note& note) {
    const auto tags = tag_names(note);
    if (tags.names.empty()) return;
    db::tags::ensure(tx, tags.names, tags.displays);
    db::tags::attach(tx, status, tags.names);
}

} // namespace

Result<Ingested> ingest(db::Tx& tx,
                        const federation::Note& note,
                        const db::Account& author,
                        const IngestOptions& options) {
    if (const auto checked = check_origin(note, author, options.instance); !checked) {
        return checked.error();
    }
    const auto arrival =
        db::statuses::find_arrival(tx, note.id, note.in_reply_to, note.quote.uri, note.published);
    // A neighbour's Delete of what is not here yet is no grave for its author's post.
    if (arrival.buried_by && (arrival.buried_by->empty() || *arrival.buried_by == author.uri))
        return Error{Error::Kind::Gone, "ingest: deleted before"};
    if (arrival.existing) {
        if (arrival.existing_author != author.id) {
            return Error{Error::Kind::Forbidden, "ingest: the stored post is another's"};
        }
        return Ingested{.status = *db::statuses::find(tx, arrival.existing)};
    }

    db::Status status{
        .id = arrival.new_id,
        .uri = note.id,
        .author = author.id,
        .object_type = note.type,
        .activity_uri = options.activity_uri,
        .visibility = visibility_row(note),
        .muted_reach = options.muted_reach,
        .replies_uri = note.replies,
        .created_at = note.published,
        .fetched_at = options.now,
    };
    if (!note.audience.empty()) status.group_uri = note.audience.front();
    copy_content(status, note, author);
    const auto parent =
        if_allowed(tx, if_visible(tx, arrival.parent, author), author, options.has_leave);
    place_in_thread(status, note, parent);
    const auto audience = audience_of_note(tx, note, author, parent);
    if (audience) {
        // What its own server shows to everybody is here for those of the thread alone.
        if (db::is_open(status.visibility)) status.visibility = db::Visibility::Private;
        status.card = nullptr;
    }
    const auto quoted = if_visible(tx, arrival.quoted, author);
    copy_quote(status, note, quoted);
    if (quoted && quoted->local &&
        is_our_stamp(tx, options.instance, note.quote.authorization, *quoted, note.id)) {
        status.quote_state = "accepted";
    }
    if (!store(tx, status)) { // Another process was faster.
        const auto stored = db::statuses::find_by_uri(tx, note.id);
        if (!stored || stored->author != author.id) {
            return Error{Error::Kind::Forbidden, "ingest: the stored post is another's"};
        }
        return Ingested{.status = *stored};
    }

    if (audience) db::audiences::set(tx, status.id, *audience);
    write_mentions(tx, status, note, options.inbox_owner);
    write_tags(tx, status.id, note);
    if (const auto media = media_rows(tx, author, note); !media.empty()) {
        db::media_attachments::insert_all(tx, author.id, status.id, media);
    }
    if (note.poll) status.poll = db::polls::insert(tx, poll_row(note, status.id));
    // Who came before their parent showed no stamp; they stay where they are.
    if (arrival.has_orphans && !audience && takes_all(status, Interaction::Reply))
        db::statuses::adopt_orphans(tx, status);
    return Ingested{.status = std::move(status), .is_new = true};
}

std::vector<std::string> unknown_mentions(db::Tx& tx, const federation::Note& note) {
    auto named = addressed_uris(note);
    auto& uris = named.tagged;
    uris.insert(uris.end(), named.unaddressed.begin(), named.unaddressed.end());
    if (uris.empty()) return uris;
    for (const auto& account : db::accounts::find_all_by_uri(tx, uris))
        std::erase(uris, account.uri);
    return uris;
}

} // namespace statuses
