#include "actors/local.h"
#include "db/collections.h"
#include "db/featured_tags.h"
#include "db/follows.h"
#include "db/pins.h"
#include "federation/collection.h"
#include "federation/uris.h"
#include "outbox/serve_activity.h"
#include "outbox/serving.h"
#include "statuses/may_see.h"

#include <algorithm>

/// Actors and their collections.
namespace outbox {
namespace {

using Response = Result<http::Response>;

db::collections::Reader reader_of(const http::Call& call) {
    if (!call.signer) return {};
    return {.account = call.signer->account, .host = call.signer->host};
}

/// Nothing but the actor itself (which says so) is shown of who is suspended.
Result<db::Account> find_listed(db::Tx& tx, const http::Call& call) {
    auto owner = find_owner(tx, call);
    if (owner && !owner->is_visible()) return Error{Error::Kind::NotFound, "suspended member"};
    return owner;
}

bool wants_page(const http::Call& call) {
    return call.form.has("page");
}

Response serve_actor(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const auto owner = find_owner(tx, call);
    if (!owner) return owner.error();
    return answer(actors::render_local_actor(tx, deps.instance, *owner));
}

http::Response first_page_offer(const std::string& id, std::int64_t total) {
    return answer(
        federation::render_collection({.id = id, .total = total, .first = id + "?page=true"}));
}

/// Newest first: the part below max_id or right above min_id; without both the first one.
db::Page part_of(const http::Call& call, int limit) {
    const auto max = call.form.number("max_id").value_or(0);
    return {
        .max = max, .min = max == 0 ? call.form.number("min_id").value_or(0) : 0, .limit = limit};
}

federation::CollectionPageDocument begin_page(const std::string& id, const db::Page& part) {
    federation::CollectionPageDocument page{.id = id + "?page=true", .part_of = id};
    if (part.max != 0) page.id += "&max_id=" + std::to_string(part.max);
    if (part.min != 0) page.id += "&min_id=" + std::to_string(part.min);
    return page;
}

// Who walks back comes from older ones, which are there; who walks on, from newer ones.
void add_neighbours(federation::CollectionPageDocument& page,
                    const db::Page& part,
                    std::int64_t count,
                    std::int64_t newest,
                    std::int64_t oldest) {
    const auto first = page.part_of + "?page=true";
    const bool is_full = count == part.limit;
    if (part.min != 0 || is_full) page.next = first + "&max_id=" + std::to_string(oldest);
    const bool is_first = part.max == 0 && part.min == 0;
    if (!is_first && (part.max != 0 || is_full))
        page.prev = first + "&min_id=" + std::to_string(newest);
}

Response serve_outbox(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const auto owner = find_listed(tx, call);
    if (!owner) return owner.error();
    const std::string id = federation::outbox_uri(owner->uri);
    if (!wants_page(call))
        return first_page_offer(id, db::collections::count_outbox(tx, owner->id));
    const auto part = part_of(call, page_size / 2);
    const auto ids = db::collections::list_outbox(tx, owner->id, reader_of(call), part);
    auto statuses = db::statuses::find_all(tx, ids);
    std::ranges::sort(statuses, std::greater{}, &db::Status::id);
    auto page = begin_page(id, part);
    for (const db::Status& status : statuses) {
        Json activity = render_activity(tx, deps.instance, status);
        activity.erase("@context"); // The page's stands for all.
        page.items.push_back(std::move(activity));
    }
    if (!ids.empty())
        add_neighbours(page, part, std::ssize(ids), ids.front().value, ids.back().value);
    return answer(federation::render_collection_page(page));
}

/// Followers or following: a page of actor ids, ordered by the follows' ids.
Response serve_people(db::Tx& tx,
                      const http::Call& call,
                      const std::string& id,
                      const db::Account& owner,
                      bool are_followers) {
    const auto total = are_followers ? owner.followers_count : owner.following_count;
    if (owner.hide_collections) {
        return answer(federation::render_collection({.id = id, .total = total}));
    }
    if (!wants_page(call)) return first_page_offer(id, total);
    const auto part = part_of(call, page_size);
    const auto follows = are_followers ? db::follows::list_followers(tx, owner.id, part)
                                       : db::follows::list_following(tx, owner.id, part);
    std::vector<AccountId> people;
    for (const db::Follow& follow : follows)
        people.push_back(are_followers ? follow.follower : follow.followed);
    auto page = begin_page(id, part);
    for (const db::Account& account : db::accounts::find_all(tx, people))
        page.items.emplace_back(account.uri);
    if (!follows.empty())
        add_neighbours(
            page, part, std::ssize(follows), follows.front().id.value, follows.back().id.value);
    return answer(federation::render_collection_page(page));
}

Response serve_followers(db::Tx& tx, const ServeDeps&, const http::Call& call) {
    const auto owner = find_listed(tx, call);
    if (!owner) return owner.error();
    return serve_people(tx, call, federation::followers_uri(owner->uri), *owner, true);
}

Response serve_following(db::Tx& tx, const ServeDeps&, const http::Call& call) {
    const auto owner = find_listed(tx, call);
    if (!owner) return owner.error();
    return serve_people(tx, call, federation::following_uri(owner->uri), *owner, false);
}

// FEP-8fcf: the followers on the signer's own server, and nobody else's.
Response serve_synchronization(db::Tx& tx, const ServeDeps&, const http::Call& call) {
    const auto owner = find_listed(tx, call);
    if (!owner) return owner.error();
    Json followers = Json::array();
    for (auto& uri : db::follows::follower_uris_on_host(tx, owner->id, call.signer->host))
        followers.push_back(std::move(uri));
    return answer(
        federation::render_collection({.id = federation::followers_synchronization_uri(owner->uri),
                                       .items = std::move(followers)}));
}

Response serve_featured(db::Tx& tx, const ServeDeps&, const http::Call& call) {
    const auto owner = find_listed(tx, call);
    if (!owner) return owner.error();
    Json items = Json::array();
    for (const StatusId id : db::pins::list(tx, owner->id)) {
        const auto status = db::statuses::find(tx, id);
        const bool is_shown = status && statuses::may_see_from_host(
                                            tx, call.signer->host, call.signer->account, *status);
        if (is_shown) items.push_back(status->uri);
    }
    const auto total = static_cast<std::int64_t>(items.size());
    return answer(federation::render_collection(
        {.id = federation::featured_uri(owner->uri), .total = total, .items = std::move(items)}));
}

Response serve_featured_tags(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const auto owner = find_listed(tx, call);
    if (!owner) return owner.error();
    Json items = Json::array();
    for (const db::FeaturedTag& featured : db::featured_tags::list(tx, owner->id)) {
        items.push_back({{"type", "Hashtag"},
                         {"name", "#" + featured.tag.display},
                         {"href", federation::tag_url(deps.instance, featured.tag.name)}});
    }
    const auto total = static_cast<std::int64_t>(items.size());
    return answer(federation::render_collection({.id = federation::featured_tags_uri(owner->uri),
                                                 .total = total,
                                                 .items = std::move(items),
                                                 .ordered = false}));
}

} // namespace

void add_actor_routes(http::Router& router, const ServeDeps& deps) {
    router.add(peer_route("/users/{name}", deps, serve_actor));
    router.add(peer_route("/@{name}", deps, serve_actor));
    router.add(peer_route("/users/{name}/outbox", deps, serve_outbox));
    router.add(peer_route("/users/{name}/followers", deps, serve_followers));
    router.add(peer_route("/users/{name}/following", deps, serve_following));
    router.add(peer_route("/users/{name}/followers_synchronization", deps, serve_synchronization));
    router.add(peer_route("/users/{name}/collections/featured", deps, serve_featured));
    router.add(peer_route("/users/{name}/collections/tags", deps, serve_featured_tags));
}

} // namespace outbox
