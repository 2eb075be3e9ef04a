#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "api/find.h"
#include "api/paging.h"
#include "api/render.h"
#include "db/account_views.h"
#include "db/blocks.h"
#include "db/mutes.h"

#include <array>
#include <functional>

/// Lists of accounts. They are paged by the ids of follows, blocks and so on, which clients see in
/// the Link header only.
namespace api {
namespace {

constexpr PageLimits account_limits{.usual = 40, .most = 80};

template <typename Entries, typename Id, typename Key>
http::Response account_page(const Api& api,
                            db::Tx& tx,
                            const http::Call& call,
                            const Entries& entries,
                            Id&& id,
                            Key&& key) {
    std::vector<AccountId> ids;
    for (const auto& entry : entries)
        ids.push_back(std::invoke(id, entry));
    auto response = array_response(render_accounts(api, tx, ids));
    const auto keys = keys_of(entries, [&](const auto& entry) { return std::invoke(key, entry); });
    add_links(response, api.instance(), call, page_of(call, account_limits), keys);
    return response;
}

using Keyed = db::Keyed<AccountId>;

using FollowList = std::vector<Keyed> (*)(db::Tx&, AccountId, AccountId, const db::Page&);

// GET /api/v1/accounts/:id/followers and following. Whoever hides the lists shows them to nobody
// else.
template <FollowList list>
Result<http::Response> list_follows(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    const bool is_own = account->id == call.me();
    if (!account->is_visible() || (account->hide_collections && !is_own)) return array_response({});
    // Somebody who blocked the reader shows nothing either.
    const auto relationship = db::account_views::relationships(tx, call.me(), {account->id});
    if (!relationship.empty() && relationship.front().blocked_by) return array_response({});
    const auto entries = list(tx, account->id, call.me(), page_of(call, account_limits));
    return account_page(api, tx, call, entries, &Keyed::id, &Keyed::key);
}

using StatusList = std::vector<Keyed> (*)(db::Tx&, StatusId, AccountId, const db::Page&);

// GET /api/v1/statuses/:id/favourited_by and reblogged_by
template <StatusList list>
Result<http::Response> list_of_status(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto status = find_status(tx, call);
    if (!status) return status.error();
    const auto shown = status->is_boost() ? status->reblog_of : status->id;
    const auto entries = list(tx, shown, call.me(), page_of(call, account_limits));
    return account_page(api, tx, call, entries, &Keyed::id, &Keyed::key);
}

// GET /api/v1/blocks
Result<http::Response> list_blocks(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto entries = db::blocks::list(tx, call.me(), page_of(call, account_limits));
    return account_page(api, tx, call, entries, &db::Block::target, &db::Block::id);
}

// GET /api/v1/mutes: accounts with mute_expires_at (MutedAccount).
Result<http::Response> list_mutes(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call, account_limits);
    const auto mutes = db::mutes::list(tx, call.me(), page, api.now());
    std::vector<std::string> entities;
    for (const auto& mute : mutes) {
        for (auto& entity : render_accounts(api, tx, {mute.target})) {
            const auto until = mute.expires_at ? '"' + format_iso8601(*mute.expires_at) + '"'
                                               : std::string("null");
            add_member(entity, "mute_expires_at", until);
            entities.push_back(std::move(entity));
        }
    }
    auto response = array_response(entities);
    add_links(response, api.instance(), call, page, keys_of(mutes, [](const auto& mute) {
                  return mute.id;
              }));
    return response;
}

} // namespace

std::span<const Row> account_list_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET",
            "/api/v1/accounts/{id}/followers",
            Token,
            "read:accounts",
            list_follows<db::account_views::followers>},
        Row{"GET",
            "/api/v1/accounts/{id}/following",
            Token,
            "read:accounts",
            list_follows<db::account_views::following>},
        Row{"GET",
            "/api/v1/statuses/{id}/favourited_by",
            Token,
            "read:statuses",
            list_of_status<db::account_views::favourited_by>},
        Row{"GET",
            "/api/v1/statuses/{id}/reblogged_by",
            Token,
            "read:statuses",
            list_of_status<db::account_views::reblogged_by>},
        Row{"GET", "/api/v1/blocks", Token, "read:blocks", list_blocks},
        Row{"GET", "/api/v1/mutes", Token, "read:mutes", list_mutes},
    };
    return rows;
}

} // namespace api
