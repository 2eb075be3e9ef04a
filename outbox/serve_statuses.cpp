#include "db/collections.h"
#include "db/object_inboxes.h"
#include "db/quote_authorizations.h"
#include "db/tombstones.h"
#include "federation/collection.h"
#include "federation/envelope.h"
#include "federation/note.h"
#include "federation/uris.h"
#include "outbox/boost.h"
#include "outbox/serve_activity.h"
#include "outbox/serving.h"
#include "statuses/audience.h"
#include "statuses/may_see.h"
#include "statuses/render.h"

#include <algorithm>

/// Posts, what is around them, and threads.
namespace outbox {
namespace {

using Response = Result<http::Response>;

db::collections::Reader reader_of(const http::Call& call) {
    if (!call.signer) return {};
    return {.account = call.signer->account, .host = call.signer->host};
}

/// A deleted post says so, with 410; every other error is passed on.
Response refuse(db::Tx& tx, const ServeDeps& deps, const http::Call& call, const Error& error) {
    if (error.kind != Error::Kind::Gone) return error;
    const auto id = call.status_id("id");
    if (!id) return error;
    const auto uri = federation::status_uri(deps.instance, call.param("name"), *id);
    const auto tombstone = db::tombstones::find(tx, uri);
    if (!tombstone) return error;
    return http::activity_response(
        dump_json(federation::render_tombstone(uri, tombstone->deleted_at)), 410);
}

// As it was sent: of its readers each is told of itself.
void address_to_signer(db::Tx& tx, const http::Signer& signer, Json& object) {
    const auto reader = db::accounts::find(tx, signer.account);
    object["to"] = reader ? Json::array({reader->uri}) : Json::array();
}

Response serve_object(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const auto status = find_served(tx, deps, call);
    if (!status) return refuse(tx, deps, call, status.error());
    if (status->is_boost()) return answer(render_activity(tx, deps.instance, *status));
    // Whoever read it learns of changes.
    db::object_inboxes::insert_host(tx, status->uri, call.signer->host);
    Json object = statuses::render_object(tx, deps.instance, *status);
    if (statuses::is_narrow(tx, *status)) address_to_signer(tx, *call.signer, object);
    return answer(object);
}

Response serve_activity(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const auto status = find_served(tx, deps, call);
    if (!status) return refuse(tx, deps, call, status.error());
    return answer(render_activity(tx, deps.instance, *status));
}

std::string first_page(const std::string& id) {
    return id + "?page=true";
}

/// Oldest first: the part above min_id or below max_id; without both the first one.
db::Page part_of(const http::Call& call) {
    const auto max = call.form.number("max_id").value_or(0);
    const auto min = call.form.number("min_id").value_or(0);
    return {.max = max, .min = max == 0 ? std::max<std::int64_t>(min, 1) : 0, .limit = page_size};
}

http::Response page_of(const std::string& id,
                       const db::Page& part,
                       std::vector<db::collections::Entry> entries) {
    std::ranges::reverse(entries);
    const auto at = [first = first_page(id)](const char* bound, std::int64_t value) {
        return first + bound + std::to_string(value);
    };
    const bool is_first = part.max == 0 && part.min <= 1;
    federation::CollectionPageDocument page{.part_of = id};
    page.id = part.max != 0 ? at("&max_id=", part.max)
              : is_first    ? first_page(id)
                            : at("&min_id=", part.min);
    for (const auto& entry : entries)
        page.items.emplace_back(entry.uri);
    // Who walks back comes from what lies behind the part; who walks on, from what lies before it.
    if (!entries.empty() && (part.max != 0 || std::ssize(entries) == page_size))
        page.next = at("&min_id=", entries.back().id.value);
    if (!entries.empty() && !is_first && (part.max == 0 || std::ssize(entries) == page_size))
        page.prev = at("&max_id=", entries.front().id.value);
    return answer(federation::render_collection_page(page));
}

Response serve_replies(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const auto status = find_served(tx, deps, call);
    if (!status) return refuse(tx, deps, call, status.error());
    const std::string id = federation::replies_uri(status->uri);
    if (!call.form.has("page")) {
        return answer(federation::render_collection({.id = id, .first = first_page(id)}));
    }
    const auto part = part_of(call);
    return page_of(id, part, db::collections::list_replies(tx, status->id, reader_of(call), part));
}

// Who liked or boosted is nobody else's business; how many did is.
Response serve_likes(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const auto status = find_served(tx, deps, call);
    if (!status) return refuse(tx, deps, call, status.error());
    return answer(federation::render_collection({.id = federation::likes_uri(status->uri),
                                                 .total = status->favourites_count,
                                                 .ordered = false}));
}

Response serve_shares(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const auto status = find_served(tx, deps, call);
    if (!status) return refuse(tx, deps, call, status.error());
    return answer(federation::render_collection({.id = federation::shares_uri(status->uri),
                                                 .total = status->reblogs_count,
                                                 .ordered = false}));
}

// A thread that began here (FEP-f228): its public and unlisted posts.
Response serve_context(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const Error not_found{Error::Kind::NotFound, "no such thread of ours"};
    const auto number = parse_id(call.param("id"));
    if (!number) return not_found;
    const auto root = db::statuses::find(tx, StatusId{*number});
    const bool is_open = root && root->local && !root->is_boost() && db::is_open(root->visibility);
    if (!is_open || !call.signer ||
        !statuses::may_see_from_host(tx, call.signer->host, call.signer->account, *root)) {
        return not_found;
    }
    const auto author = db::accounts::find(tx, root->author);
    if (!author) return not_found;
    const std::string id = federation::context_uri(deps.instance, *number);
    if (!call.form.has("page")) {
        return answer(
            federation::render_collection({.id = id,
                                           .total = db::collections::count_thread(tx, *number),
                                           .first = first_page(id),
                                           .attributed_to = author->uri}));
    }
    const auto part = part_of(call);
    return page_of(id, part, db::collections::list_thread(tx, *number, reader_of(call), part));
}

Response serve_quote_authorization(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const Error not_found{Error::Kind::NotFound, "no such stamp"};
    const auto owner = find_owner(tx, call);
    if (!owner) return owner.error();
    const auto number = parse_id(call.param("id"));
    if (!number || !owner->is_visible()) return not_found;
    const auto stamp = db::quote_authorizations::find(tx, *number);
    if (!stamp) return not_found;
    const auto quoted = db::statuses::find(tx, stamp->status);
    if (!quoted || quoted->author != owner->id) return not_found;
    const auto id = federation::quote_authorization_uri(deps.instance, owner->username, stamp->id);
    return answer(
        federation::render_quote_authorization(id, owner->uri, stamp->quoting_uri, quoted->uri));
}

} // namespace

Json render_activity(db::Tx& tx, const Instance& instance, const db::Status& status) {
    if (!status.is_boost()) {
        return federation::render_create(statuses::render_object(tx, instance, status));
    }
    const auto booster = db::accounts::find(tx, status.author);
    const auto original = db::statuses::find(tx, status.reblog_of);
    const auto author = original ? db::accounts::find(tx, original->author) : std::nullopt;
    if (!booster || !author) throw std::logic_error("a boost of nothing");
    return render_boost(tx, status, *original, *booster, *author);
}

void add_status_routes(http::Router& router, const ServeDeps& deps) {
    const std::string status = "/users/{name}/statuses/{id}";
    router.add(peer_route(status, deps, serve_object));
    router.add(peer_route("/@{name}/{id}", deps, serve_object));
    router.add(peer_route(status + "/activity", deps, serve_activity));
    router.add(peer_route(status + "/replies", deps, serve_replies));
    router.add(peer_route(status + "/likes", deps, serve_likes));
    router.add(peer_route(status + "/shares", deps, serve_shares));
    router.add(peer_route("/contexts/{id}", deps, serve_context));
    router.add(
        peer_route("/users/{name}/quote_authorizations/{id}", deps, serve_quote_authorization));
}

} // namespace outbox
