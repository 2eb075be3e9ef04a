#include "api/answer.h"
#include "api/api.h"
#include "api/find.h"
#include "api/preferences.h"
#include "api/render.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/account_collections.h"
#include "outbox/collect.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/collections/
namespace api {
namespace {

constexpr std::int64_t usual_limit = 40;
constexpr std::int64_t most_results = 80;
constexpr std::int64_t most_offset = 10'000;

Json item_entity(const db::AccountCollectionItem& item) {
    return {{"id", std::to_string(item.id)},
            {"account_id", to_string(item.account)},
            {"state", "accepted"},
            {"created_at", format_iso8601(item.created_at)}};
}

/// https://docs.joinmastodon.org/entities/Collection/
Json collection_entity(const Instance& instance,
                       const db::AccountCollection& collection,
                       const std::vector<db::AccountCollectionItem>& items) {
    Json entries = Json::array();
    for (const auto& item : items) {
        if (item.collection == collection.id) entries.push_back(item_entity(item));
    }
    Json tag;
    if (!collection.tag.empty()) {
        tag = {{"name", collection.tag},
               {"url", instance.origin + "/tags/" + percent_encode(fold(collection.tag))}};
    }
    const auto id = std::to_string(collection.id);
    const auto count = entries.size();
    return {{"id", id},
            {"uri", instance.origin + "/account_collections/" + id},
            {"url", nullptr},
            {"account_id", to_string(collection.account)},
            {"name", collection.name},
            {"description", collection.description},
            {"language", collection.language.empty() ? Json() : Json(collection.language)},
            {"local", true},
            {"sensitive", collection.sensitive},
            {"discoverable", collection.discoverable},
            {"tag", std::move(tag)},
            {"item_count", count},
            {"items", std::move(entries)},
            {"created_at", format_iso8601(collection.created_at)},
            {"updated_at", format_iso8601(collection.updated_at)}};
}

Json entity_of(const Api& api,
               db::Tx& tx,
               const db::AccountCollection& collection,
               AccountId reader) {
    return collection_entity(
        api.instance(), collection, db::account_collections::items(tx, {collection.id}, reader));
}

Result<outbox::CollectionDraft> draft_of(const http::Form& form) {
    outbox::CollectionDraft draft{.name = form.maybe_text("name"),
                                  .description = form.maybe_text("description"),
                                  .language = form.maybe_text("language"),
                                  .sensitive = form.flag("sensitive"),
                                  .discoverable = form.flag("discoverable"),
                                  .tag = form.maybe_text("tag_name")};
    if (draft.language && !is_language(*draft.language))
        return unprocessable("Validation failed: Language is invalid");
    return draft;
}

Result<std::int64_t> id_of(const http::Call& call, const char* name) {
    const auto id = parse_id(call.param(name));
    if (!id) return not_found("no id");
    return *id;
}

struct Part {
    int limit = 0;
    int offset = 0;
};

Part part_of(const http::Form& form) {
    const auto limit = form.number("limit").value_or(usual_limit);
    const auto offset = form.number("offset").value_or(0);
    return {.limit = static_cast<int>(std::clamp<std::int64_t>(limit, 1, most_results)),
            .offset = static_cast<int>(std::clamp<std::int64_t>(offset, 0, most_offset))};
}

http::Response list_response(const Api& api,
                             db::Tx& tx,
                             const std::vector<db::AccountCollection>& collections,
                             AccountId reader) {
    std::vector<std::int64_t> ids;
    for (const auto& collection : collections)
        ids.push_back(collection.id);
    const auto items = db::account_collections::items(tx, ids, reader);
    Json entities = Json::array();
    for (const auto& collection : collections)
        entities.push_back(collection_entity(api.instance(), collection, items));
    return http::json_response({{"collections", std::move(entities)}});
}

// GET /api/v1/accounts/:account_id/collections
Result<http::Response> list_of_account(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    const auto [limit, offset] = part_of(call.form);
    return list_response(
        api,
        tx,
        db::account_collections::of_account(tx, account->id, call.me(), limit, offset),
        call.me());
}

// GET /api/v1/accounts/:account_id/in_collections: in whose collections one is, is for oneself to
// know.
Result<http::Response> list_with_account(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    if (account->id != call.me()) return Error{Error::Kind::Forbidden, "not the caller's own"};
    const auto [limit, offset] = part_of(call.form);
    return list_response(
        api, tx, db::account_collections::with_account(tx, account->id, limit, offset), call.me());
}

// POST /api/v1/collections
Result<http::Response> create(const Api& api, const http::Call& call) {
    const auto draft = draft_of(call.form);
    if (!draft) return draft.error();
    db::Tx tx(api.deps.pool);
    const auto acting = api.acting(call);
    const auto collection = outbox::make_collection(tx, acting, *draft);
    if (!collection) return collection.error();
    for (const auto number : numbers_of(call.form, "account_ids", outbox::max_collection_items)) {
        const auto item = outbox::add_to_collection(tx, acting, collection->id, AccountId{number});
        if (!item) return item.error();
    }
    const auto entity = entity_of(api, tx, *collection, call.me());
    tx.commit();
    return http::json_response({{"collection", entity}});
}

// GET /api/v1/collections/:id: with its owner and its accounts.
Result<http::Response> show(const Api& api, const http::Call& call) {
    const auto id = id_of(call, "id");
    if (!id) return id.error();
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto collection = db::account_collections::find(tx, *id, call.me());
    if (!collection) return not_found("no such collection");
    const auto items = db::account_collections::items(tx, {*id}, call.me());
    std::vector<AccountId> people{collection->account};
    for (const auto& item : items) {
        if (item.account != collection->account) people.push_back(item.account);
    }
    std::string text = "{}";
    add_member(
        text, "collection", dump_json(collection_entity(api.instance(), *collection, items)));
    add_member(text, "accounts", array_text(render_accounts(api, tx, people)));
    return json_text_response(std::move(text));
}

// PATCH /api/v1/collections/:id
Result<http::Response> update(const Api& api, const http::Call& call) {
    const auto id = id_of(call, "id");
    if (!id) return id.error();
    const auto draft = draft_of(call.form);
    if (!draft) return draft.error();
    db::Tx tx(api.deps.pool);
    const auto collection = outbox::change_collection(tx, api.acting(call), *id, *draft);
    if (!collection) return collection.error();
    const auto entity = entity_of(api, tx, *collection, call.me());
    tx.commit();
    return http::json_response({{"collection", entity}});
}

// DELETE /api/v1/collections/:id
Result<http::Response> remove(const Api& api, const http::Call& call) {
    const auto id = id_of(call, "id");
    if (!id) return id.error();
    db::Tx tx(api.deps.pool);
    if (const auto done = outbox::remove_collection(tx, api.acting(call), *id); !done)
        return done.error();
    tx.commit();
    return empty_response();
}

// POST /api/v1/collections/:id/items
Result<http::Response> add_item(const Api& api, const http::Call& call) {
    const auto id = id_of(call, "id");
    if (!id) return id.error();
    const auto account = parse_id(call.form.text("account_id"));
    if (!account) return not_found("no account");
    db::Tx tx(api.deps.pool);
    const auto item = outbox::add_to_collection(tx, api.acting(call), *id, AccountId{*account});
    if (!item) return item.error();
    tx.commit();
    return http::json_response({{"collection_item", item_entity(*item)}});
}

using ItemVerb = Result<Done> (*)(db::Tx&, const outbox::Acting&, std::int64_t, std::int64_t);

// DELETE /api/v1/collections/:id/items/:item, POST .../revoke
template <ItemVerb verb>
Result<http::Response> act_on_item(const Api& api, const http::Call& call) {
    const auto id = id_of(call, "id");
    const auto item = id_of(call, "item");
    if (!id) return id.error();
    if (!item) return item.error();
    db::Tx tx(api.deps.pool);
    if (const auto done = verb(tx, api.acting(call), *id, *item); !done) return done.error();
    tx.commit();
    return empty_response();
}

} // namespace

std::span<const Row> collection_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/accounts/{id}/collections", Token, "read:accounts", list_of_account},
        Row{"GET",
            "/api/v1/accounts/{id}/in_collections",
            Token,
            "read:accounts",
            list_with_account},
        Row{"POST", "/api/v1/collections", Token, "write:accounts", create},
        Row{"GET", "/api/v1/collections/{id}", Token, "read:accounts", show},
        Row{"PATCH", "/api/v1/collections/{id}", Token, "write:accounts", update},
        Row{"PUT", "/api/v1/collections/{id}", Token, "write:accounts", update}, // masto
        Row{"DELETE", "/api/v1/collections/{id}", Token, "write:accounts", remove},
        Row{"POST", "/api/v1/collections/{id}/items", Token, "write:accounts", add_item},
        Row{"DELETE",
            "/api/v1/collections/{id}/items/{item}",
            Token,
            "write:accounts",
            act_on_item<outbox::remove_from_collection>},
        Row{"POST",
            "/api/v1/collections/{id}/items/{item}/revoke",
            Token,
            "write:accounts",
            act_on_item<outbox::leave_collection>},
    };
    return rows;
}

} // namespace api
