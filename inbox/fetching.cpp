#include "inbox/fetching.h"

#include "base/uri.h"
#include "db/statuses.h"
#include "federation/uris.h"
#include "federation/values.h"
#include "inbox/reading.h"
#include "statuses/ingest.h"
#include "statuses/policy.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

namespace inbox {
namespace {

constexpr int most_fetches = 20;
/// A stored post that is named again is read again when our copy is older.
constexpr std::chrono::hours boosted_copy_lifetime{24};

bool may_come_back(const Error& error) {
    return error.kind == Error::Kind::Unavailable || error.kind == Error::Kind::RateLimited;
}

bool is_stored(const Work& work, const std::string& uri) {
    db::Tx tx(work.pool);
    return db::statuses::find_by_uri(tx, uri).has_value();
}

// A post that another hangs from: a parent, a boosted one. Quoted ones have a job of their own.
void fetch_status(const Work& work, const std::string& uri, int& budget) {
    if (uri.empty() || federation::is_local(work.house.instance, uri) || budget == 0) return;
    if (is_stored(work, uri)) return;
    --budget;
    const auto fetched = work.posts.fetch(uri);
    if (!fetched) spdlog::debug("inbox: {} could not be had: {}", uri, fetched.error().detail);
}

// Asks the origin of a stored post again; nothing happens when it was read a short while ago.
Result<Done> refresh_stored(const Work& work, const std::string& uri, std::chrono::minutes young) {
    std::optional<db::Status> status;
    {
        db::Tx tx(work.pool);
        status = db::statuses::find_by_uri(tx, uri);
    }
    if (!status) return Done{};
    if (status->fetched_at && work.clock() - *status->fetched_at < young) return Done{};
    const auto refreshed = work.posts.refresh(*status);
    if (!refreshed) return refreshed.error();
    return Done{};
}

// What is boosted here is shown once more: is it still there?
void fetch_boosted(const Work& work, const std::string& uri, int& budget) {
    fetch_status(work, uri, budget);
    const auto refreshed = refresh_stored(work, uri, boosted_copy_lifetime);
    if (!refreshed) spdlog::debug("inbox: {} stays as it is: {}", uri, refreshed.error().detail);
}

bool is_missing(const Error& error) {
    return error.kind == Error::Kind::Gone || error.kind == Error::Kind::NotFound;
}

// Only the id was given: the origin's copy counts (fixture create-gotosocial-ref-only). What is
// gone there goes here (fixture delete-lemmy-tombstone-object).
void fetch_post(Item& item, const Work& work, const std::string& uri) {
    if (!same_origin(uri, item.received.activity.actor)) {
        item.is_over = true;
        item.refusal = Error{Error::Kind::Forbidden, "the object is on another origin"};
        return;
    }
    const auto fetched = work.resolver.fetcher().fetch(uri);
    const bool is_gone = fetched ? federation::has_type(fetched->document, "Tombstone")
                                 : is_missing(fetched.error());
    if (is_gone && is_stored(work, uri)) {
        item.is_over = true;
        const auto refreshed = refresh_stored(work, uri, std::chrono::minutes{0});
        if (!refreshed && may_come_back(refreshed.error())) item.later = refreshed.error();
        return;
    }
    if (fetched) {
        add_post(item, work, fetched->document);
        item.has_fetched_posts = true;
        return;
    }
    item.is_over = true;
    if (may_come_back(fetched.error())) item.later = fetched.error();
}

void fetch_posts(Item& item, const Work& work) {
    const auto& activity = item.received.activity;
    if (activity.type == "Update" && activity.object == activity.actor) {
        if (federation::embedded_object(activity) == nullptr)
            (void)work.resolver.refresh(activity.actor);
        return;
    }
    for (std::size_t i = 0; i < activity.objects.size() && !item.is_over; ++i) {
        const auto& object = activity.objects[i];
        if (!object.embedded && !object.id.empty()) fetch_post(item, work, object.id);
    }
}

// On behalf of a group of its own house (Mobilizon) the post is the group's.
void fetch_author(Item& item, const Work& work, Post& post) {
    const auto& authors = post.note.authors;
    if (std::ranges::find(authors, item.received.sender.uri) != authors.end()) return;
    const auto author = work.resolver.resolve_actor(authors.front());
    if (author) {
        post.author = *author;
        return;
    }
    item.is_over = true;
    if (may_come_back(author.error())) item.later = author.error();
}

bool names_people(const federation::Note& note) {
    return !note.mentions.empty() || note.to.size() + note.cc.size() > 2;
}

/// A stamp that an answer or a boost shows.
struct ShownStamp {
    std::string uri{};
    std::array<std::string_view, 2> types{}; ///< GoToSocial since 0.21, and before.
    std::string object{};                    ///< What needs it.
    std::string target{};                    ///< What it answers or boosts.
};

// Only the word of the target's author, read at its origin, for these two (GoToSocial).
bool is_given(const Work& work, const ShownStamp& shown, const std::string& owner, int& budget) {
    if (budget == 0 || !same_origin(shown.uri, owner)) return false;
    --budget;
    const auto fetched = work.resolver.fetcher().fetch(shown.uri);
    if (!fetched) return false;
    const auto stamp = federation::parse_authorization(fetched->document);
    return stamp && std::ranges::find(shown.types, stamp->type) != shown.types.end() &&
           stamp->author == owner && stamp->interacting_object == shown.object &&
           stamp->interaction_target == shown.target;
}

/// Whose leave it needs: "" when the author of `uri` asks nobody to ask.
std::string who_gives_leave(const Work& work,
                            const std::string& uri,
                            statuses::Interaction interaction) {
    db::Tx tx(work.pool);
    const auto status = db::statuses::find_by_uri(tx, uri);
    if (!status || statuses::takes_all(*status, interaction)) return {};
    const auto owner = db::accounts::find(tx, status->author);
    return owner ? owner->uri : std::string{};
}

bool has_leave(const Work& work, const federation::Note& note, int& budget) {
    if (note.reply_authorization.empty()) return false;
    const auto owner = who_gives_leave(work, note.in_reply_to, statuses::Interaction::Reply);
    return !owner.empty() && is_given(work,
                                      {.uri = note.reply_authorization,
                                       .types = {"ReplyAuthorization", "ReplyApproval"},
                                       .object = note.id,
                                       .target = note.in_reply_to},
                                      owner,
                                      budget);
}

bool has_leave(const Work& work, const federation::Activity& announce, int& budget) {
    if (announce.type != "Announce") return false;
    auto uri = federation::id_of(announce.document.value("announceAuthorization", Json{}));
    if (uri.empty()) uri = federation::id_of(announce.document.value("approvedBy", Json{}));
    if (uri.empty()) return false;
    const auto owner = who_gives_leave(work, announce.object, statuses::Interaction::Announce);
    return !owner.empty() && is_given(work,
                                      {.uri = uri,
                                       .types = {"AnnounceAuthorization", "AnnounceApproval"},
                                       .object = announce.id,
                                       .target = announce.object},
                                      owner,
                                      budget);
}

void fetch_around(const Item& item, const Work& work, Post& post, int& budget) {
    fetch_status(work, post.note.in_reply_to, budget);
    post.has_leave = has_leave(work, post.note, budget);
    if (!names_people(post.note) || item.received.effects.quiet) return;
    std::vector<std::string> unknown;
    {
        db::Tx tx(work.pool);
        unknown = statuses::unknown_mentions(tx, post.note);
    }
    if (!unknown.empty()) (void)work.resolver.resolve_all(unknown, budget);
}

} // namespace

void fetch_sender(Item& item, const Work& work) {
    if (item.is_over || item.received.sender.id) return;
    const auto sender = work.resolver.resolve_actor(item.received.activity.actor);
    if (sender) {
        item.received.sender = *sender;
        const auto& activity = item.received.activity;
        for (std::size_t i = 0; i < activity.objects.size() && !item.is_over; ++i) {
            const bool wants_posts =
                item.row->needs == Needs::Posts || item.row->needs == Needs::NewPosts;
            const Json* object = federation::embedded_object(activity, i);
            if (wants_posts && object != nullptr) add_post(item, work, *object);
        }
        return;
    }
    item.is_over = true;
    if (may_come_back(sender.error())) item.later = sender.error();
}

void fetch_needs(Item& item, const Work& work) {
    int budget = most_fetches;
    const auto& activity = item.received.activity;
    switch (item.row->needs) {
    case Needs::Nothing:
    case Needs::Instrument:
        return;
    case Needs::KnownObject:
        fetch_boosted(work, activity.object, budget);
        item.received.has_leave = has_leave(work, activity, budget);
        return;
    case Needs::FreshTarget: {
        if (activity.target.id.empty()) return;
        auto target = federation::is_local(work.house.instance, activity.target.id)
                          ? work.resolver.resolve_actor(activity.target.id)
                          : work.resolver.refresh(activity.target.id);
        if (target) item.received.target = std::move(*target);
        if (!target && may_come_back(target.error())) item.later = target.error();
        return;
    }
    case Needs::Posts:
    case Needs::NewPosts:
        fetch_posts(item, work);
        for (Post& post : item.received.posts) {
            if (item.is_over) return;
            fetch_author(item, work, post);
            if (!item.is_over && item.row->needs == Needs::NewPosts &&
                !federation::is_vote(post.note))
                fetch_around(item, work, post, budget);
        }
        return;
    }
}

} // namespace inbox
