#include "statuses/fetch.h"

#include "base/uri.h"
#include "db/missing_objects.h"
#include "federation/note.h"
#include "federation/uris.h"
#include "federation/values.h"
#include "moderation/facts.h"
#include "moderation/record.h"
#include "statuses/cards.h"
#include "statuses/edit.h"
#include "statuses/ingest.h"
#include "statuses/note_rows.h"
#include "statuses/remove.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace statuses {
namespace {

constexpr std::chrono::hours second_look{24};
constexpr std::chrono::seconds longest_reading{60};

Error error(Error::Kind kind, std::string_view uri, std::string_view why) {
    return {.kind = kind, .detail = fmt::format("fetch {}: {}", uri, why)};
}

moderation::Subject subject_of(const federation::Note& note,
                               const db::Account& author,
                               std::size_t bytes) {
    moderation::Subject subject{
        .type = "Create",
        .actor = author.uri,
        .signer = author.uri,
        .id = note.id,
        .object = note.in_reply_to,
        .authors = note.authors,
        .speaks_for = {author.uri, note.id},
        .is_post = true,
        .visibility = visibility_row(note),
        .body_bytes = bytes,
    };
    describe_post(subject, note);
    if (!note.quote.uri.empty()) subject.speaks_for.push_back(note.quote.uri);
    for (const auto& mention : note.mentions) {
        if (!mention.href.empty()) subject.mentions.push_back(mention.href);
    }
    for (const auto* list : {&note.to, &note.cc})
        subject.recipients.insert(subject.recipients.end(), list->begin(), list->end());
    return subject;
}

// A person may hold what is sent to us; what we ask for ourselves is taken or left.
moderation::Decision judge(db::Tx& tx,
                           moderation::Peers& peers,
                           const moderation::Subject& subject,
                           Time now) {
    const auto sheet = moderation::load_facts(tx, peers, std::array{subject}, now);
    auto decision = moderation::decide(subject, sheet.facts.front());
    moderation::record_verdict(tx, subject, decision, now);
    return decision;
}

} // namespace

std::optional<db::Status> Fetcher::find_stored(const std::string& uri) {
    db::Tx tx(deps_.pool);
    if (const auto id = federation::local_status_id(deps_.instance, uri)) {
        return db::statuses::find(tx, id);
    }
    auto stored = db::statuses::find_by_uri(tx, uri);
    if (!stored) stored = db::statuses::find_by_url(tx, uri);
    return stored;
}

Result<db::Status> Fetcher::fetch(const std::string& uri, std::optional<AccountId> as) {
    if (auto stored = find_stored(uri)) return std::move(*stored);
    if (federation::is_local(deps_.instance, uri)) {
        return error(Error::Kind::NotFound, uri, "ours, and not here");
    }
    if (!deps_.peers.may_contact(host_of(uri))) {
        return error(Error::Kind::Forbidden, uri, "the host is not allowed");
    }
    const auto fetched = deps_.resolver.fetcher().fetch(uri, as);
    if (!fetched) return fetched.error();
    return store(fetched->document, fetched->raw.size());
}

Result<db::Status> Fetcher::store(const Json& document, std::size_t bytes) {
    const Time now = deps_.clock();
    federation::NoteReading reading{.instance = deps_.instance, .received = now};
    const auto claimed = federation::parse_note(document, reading);
    if (!claimed) return claimed.error();
    if (federation::is_vote(*claimed) &&
        federation::is_local(deps_.instance, claimed->in_reply_to)) {
        return error(Error::Kind::Unprocessable, claimed->id, "perhaps a vote");
    }
    const auto author = deps_.resolver.resolve_actor(claimed->authors.front());
    if (!author) return author.error();
    // Once more, now that the author's followers collection is known: it decides the visibility.
    reading.author_followers = author->followers_uri;
    auto note = federation::parse_note(document, reading);
    if (!note) return note.error();

    db::Tx tx(deps_.pool);
    const auto decision = judge(tx, deps_.peers, subject_of(*note, *author, bytes), now);
    if (!decision.passes()) {
        tx.commit(); // The verdict is on record.
        return error(Error::Kind::Forbidden, note->id, decision.reason);
    }
    strip(*note, decision.effects);
    auto ingested = ingest(tx,
                           *note,
                           *author,
                           {
                               .instance = deps_.instance,
                               .now = now,
                               .muted_reach = decision.effects.quiet,
                           });
    if (!ingested) return ingested.error();
    if (ingested->is_new) queue_card(tx, ingested->status);
    tx.commit();
    return std::move(ingested->status);
}

Result<Fetcher::Refreshed> Fetcher::apply_gone(const db::Status& status, const Error& gone) {
    const Time now = deps_.clock();
    db::Tx tx(deps_.pool);
    const bool at_once = gone.kind == Error::Kind::Gone;
    const bool again =
        !at_once && now - db::missing_objects::note(tx, status.uri, now) >= second_look;
    if (at_once || again) {
        db::missing_objects::forget(tx, status.uri);
        remove_status(tx, status, now);
    }
    tx.commit();
    return at_once || again ? Refreshed::Removed : Refreshed::Kept;
}

static Result<Fetcher::Refreshed> apply_fetched(const Fetcher::Deps& deps,
                                                const db::Status& status,
                                                const actors::Fetched& fetched) {
    using enum Fetcher::Refreshed;
    const Time now = deps.clock();
    db::Tx tx(deps.pool);
    db::missing_objects::forget(tx, status.uri);
    auto stored = db::statuses::find(tx, status.id);
    const auto author = db::accounts::find(tx, status.author);
    if (!stored || !author) return Removed;
    auto note = federation::parse_note(fetched.document,
                                       {
                                           .instance = deps.instance,
                                           .received = now,
                                           .author_followers = author->followers_uri,
                                       });
    if (!note) return note.error();
    auto subject = subject_of(*note, *author, fetched.raw.size());
    subject.is_refreshed = true;
    const auto decision = judge(tx, deps.peers, subject, now);
    if (!decision.passes()) {
        tx.commit(); // The verdict is on record; the version that we have stays.
        return error(Error::Kind::Forbidden, note->id, decision.reason);
    }
    strip(*note, decision.effects);
    const auto edited = apply_edit(tx, *stored, *note, *author, now);
    if (!edited) return edited.error();
    db::statuses::set_fetched(tx, status.id, now);
    tx.commit();
    return edited->content_changed || edited->poll_changed ? Changed : Kept;
}

Result<Fetcher::Refreshed> Fetcher::refresh(const db::Status& status) {
    if (status.local || status.is_boost()) return Refreshed::Kept;
    if (!deps_.peers.may_contact(host_of(status.uri))) {
        return error(Error::Kind::Forbidden, status.uri, "the host is not allowed");
    }
    const auto fetched = deps_.resolver.fetcher().fetch(status.uri);
    if (!fetched) {
        const auto kind = fetched.error().kind;
        if (kind == Error::Kind::Gone || kind == Error::Kind::NotFound) {
            return apply_gone(status, fetched.error());
        }
        return fetched.error();
    }
    if (federation::has_type(fetched->document, "Tombstone")) {
        return apply_gone(status, error(Error::Kind::Gone, status.uri, "a Tombstone"));
    }
    return apply_fetched(deps_, status, *fetched);
}

Result<std::vector<federation::CollectionItem>> Fetcher::read_items(const std::string& uri) {
    const auto until = std::chrono::steady_clock::now() + longest_reading;
    federation::CollectionWalk walk(uri);
    std::optional<std::string> next = uri;
    while (next && std::chrono::steady_clock::now() < until) {
        const auto fetched =
            deps_.resolver.fetcher().fetch(*next, actors::IdRule::SameOrigin, std::nullopt);
        // What was read of the first pages is worth keeping.
        if (!fetched && walk.items().empty()) return fetched.error();
        if (!fetched) break;
        auto page = federation::parse_collection(fetched->document);
        if (!page && walk.items().empty()) return page.error();
        if (!page) break;
        next = walk.take(std::move(*page));
    }
    return walk.items();
}

} // namespace statuses
