#include "timelines/lists.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/find.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/status_page.h"

#include <array>

/// docs.joinmastodon.org/methods/lists/ and the timeline of a list
namespace api {
namespace {

constexpr std::size_t most_accounts = 200;

/// https://docs.joinmastodon.org/entities/List/
Json list_entity(const db::List& list) {
    return {{"id", to_string(list.id)},
            {"title", list.title},
            {"replies_policy", list.replies_policy},
            {"exclusive", list.exclusive}};
}

http::Response list_of_lists(const std::vector<db::List>& lists) {
    Json entities = Json::array();
    for (const auto& list : lists)
        entities.push_back(list_entity(list));
    return http::json_response(entities);
}

/// The caller's list of {id}. Errors: NotFound, also for what belongs to others.
Result<db::List> find_list(db::Tx& tx, const http::Call& call) {
    const auto id = call.id<db::ListTag>("id");
    if (!id) return id.error();
    auto list = db::lists::find(tx, call.me(), *id);
    if (!list) return not_found("no such list");
    return std::move(*list);
}

timelines::ListChanges changes_of(const http::Form& form) {
    return {.title = form.maybe_text("title"),
            .replies_policy = form.maybe_text("replies_policy"),
            .exclusive = form.flag("exclusive")};
}

// GET /api/v1/lists
Result<http::Response> show_all(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return list_of_lists(db::lists::list(tx, call.me()));
}

// GET /api/v1/lists/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto list = find_list(tx, call);
    if (!list) return list.error();
    return http::json_response(list_entity(*list));
}

// POST /api/v1/lists
Result<http::Response> create(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto list = timelines::make_list(tx, call.me(), changes_of(call.form));
    if (!list) return list.error();
    tx.commit();
    return http::json_response(list_entity(*list));
}

// PUT /api/v1/lists/:id
Result<http::Response> update(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto list = find_list(tx, call);
    if (!list) return list.error();
    const auto changed = timelines::change_list(tx, *list, changes_of(call.form));
    if (!changed) return changed.error();
    tx.commit();
    return http::json_response(list_entity(*changed));
}

// DELETE /api/v1/lists/:id
Result<http::Response> remove(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto list = find_list(tx, call);
    if (!list) return list.error();
    timelines::remove_list(tx, *list);
    tx.commit();
    return empty_response();
}

// GET /api/v1/lists/:id/accounts; limit=0 asks for all at once.
Result<http::Response> show_accounts(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto list = find_list(tx, call);
    if (!list) return list.error();
    auto page = page_of(call, {.usual = 40, .most = 80});
    constexpr int all = 10'000;
    if (call.form.number("limit") == 0) page = {.limit = all};
    const auto entries = db::lists::accounts(tx, *list, page);
    std::vector<AccountId> ids;
    for (const auto& entry : entries)
        ids.push_back(entry.id);
    auto response = array_response(render_accounts(api, tx, ids));
    add_links(response, api.instance(), call, page, keys_of(entries, [](const auto& entry) {
                  return entry.key;
              }));
    return response;
}

std::vector<AccountId> accounts_of(const http::Call& call) {
    std::vector<AccountId> accounts;
    for (const auto number : numbers_of(call.form, "account_ids", most_accounts))
        accounts.push_back(AccountId{number});
    return accounts;
}

// POST /api/v1/lists/:id/accounts
Result<http::Response> add_accounts(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto list = find_list(tx, call);
    if (!list) return list.error();
    const auto done = timelines::add_to_list(tx, *list, accounts_of(call));
    if (!done) return done.error();
    tx.commit();
    return empty_response();
}

// DELETE /api/v1/lists/:id/accounts
Result<http::Response> remove_accounts(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto list = find_list(tx, call);
    if (!list) return list.error();
    timelines::remove_from_list(tx, *list, accounts_of(call));
    tx.commit();
    return empty_response();
}

// GET /api/v1/accounts/:id/lists
Result<http::Response> show_holding(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    return list_of_lists(db::lists::holding(tx, call.me(), account->id));
}

// GET /api/v1/timelines/list/:id
Result<http::Response> show_timeline(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto list = find_list(tx, call);
    if (!list) return list.error();
    const auto page = page_of(call);
    return status_page(api, tx, call, page, db::lists::timeline(tx, *list, page));
}

} // namespace

std::span<const Row> list_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/lists", Token, "read:lists", show_all},
        Row{"POST", "/api/v1/lists", Token, "write:lists", create},
        Row{"GET", "/api/v1/lists/{id}", Token, "read:lists", show},
        Row{"PUT", "/api/v1/lists/{id}", Token, "write:lists", update},
        Row{"DELETE", "/api/v1/lists/{id}", Token, "write:lists", remove},
        Row{"GET", "/api/v1/lists/{id}/accounts", Token, "read:lists", show_accounts},
        Row{"POST", "/api/v1/lists/{id}/accounts", Token, "write:lists", add_accounts},
        Row{"DELETE", "/api/v1/lists/{id}/accounts", Token, "write:lists", remove_accounts},
        Row{"GET", "/api/v1/accounts/{id}/lists", Token, "read:lists", show_holding},
        Row{"GET", "/api/v1/timelines/list/{id}", Token, "read:lists", show_timeline},
    };
    return rows;
}

} // namespace api
