#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "api/find.h"
#include "api/paging.h"
#include "api/render.h"
#include "base/text.h"
#include "db/account_views.h"
#include "db/timelines.h"
#include "statuses/job_kinds.h"

#include <array>

namespace api {
namespace {

constexpr std::size_t most_accounts = 40;

// GET /api/v1/accounts/:id, docs.joinmastodon.org/methods/accounts/#get
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    return http::json_response(render_account(api, tx, *account));
}

// GET /api/v1/accounts?id[]=, docs.joinmastodon.org/methods/accounts/#index
Result<http::Response> show_some(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    std::vector<AccountId> shown;
    for (const auto id : ids_of<AccountId>(call.form, most_accounts)) {
        const auto account = db::accounts::find(tx, id);
        if (account && is_shown(*account)) shown.push_back(id);
    }
    return array_response(render_accounts(api, tx, shown));
}

// GET /api/v1/accounts/lookup?acct=: whom we know, without asking anybody. Somebody blocked is
// found too.
Result<http::Response> look_up(const Api& api, const http::Call& call) {
    const auto handle = split_handle(api.instance(), call.form.text("acct"));
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = db::accounts::find_by_handle(tx, handle.user, handle.host);
    if (!account || !is_shown(*account)) return not_found("no such handle");
    return http::json_response(render_account(api, tx, *account));
}

// GET /api/v1/accounts/relationships?id[]=
Result<http::Response> list_relationships(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto ids = ids_of<AccountId>(call.form, most_accounts);
    Json entities = Json::array();
    for (const auto& relationship : db::account_views::relationships(tx, call.me(), ids))
        entities.push_back(relationship_entity(relationship));
    return http::json_response(entities);
}

// Pins and latest posts of somebody elsewhere are asked for, and there at the next look.
Result<http::Response> list_pinned(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    if (!account->is_visible()) return array_response({});
    const auto ids = db::timelines::pinned(tx, account->id, call.me());
    auto response = array_response(render_status_list(api, tx, ids, call.me()));
    statuses::queue_profile(tx, *account, api.now());
    tx.commit();
    return response;
}

// GET /api/v1/accounts/:id/statuses, docs.joinmastodon.org/methods/accounts/#statuses
Result<http::Response> list_statuses(const Api& api, const http::Call& call) {
    if (call.form.flag_or("pinned", false)) return list_pinned(api, call);
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    if (!account->is_visible()) return array_response({});
    const auto& form = call.form;
    const db::timelines::AccountFilter filter{
        .exclude_replies = form.flag_or("exclude_replies", false),
        .exclude_reblogs = form.flag_or("exclude_reblogs", false),
        .only_media = form.flag_or("only_media", false),
        .tagged = fold(form.text("tagged")),
    };
    const auto page = page_of(call);
    const auto ids = db::timelines::of_account(tx, account->id, call.me(), filter, page);
    auto response = array_response(render_status_list(api, tx, ids, call.me()));
    add_links(
        response, api.instance(), call, page, keys_of(ids, [](StatusId id) { return id.value; }));
    return response;
}

} // namespace

std::span<const Row> account_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/accounts", Token, "read:accounts", show_some},
        Row{"GET", "/api/v1/accounts/lookup", Token, "read:accounts", look_up},
        Row{"GET", "/api/v1/accounts/relationships", Token, "read:follows", list_relationships},
        Row{"GET", "/api/v1/accounts/{id}", Token, "read:accounts", show},
        Row{"GET", "/api/v1/accounts/{id}/statuses", Token, "read:statuses", list_statuses},
    };
    return rows;
}

} // namespace api
