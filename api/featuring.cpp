#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "api/find.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/tags.h"
#include "db/account_views.h"
#include "db/endorsements.h"
#include "outbox/feature.h"

#include <array>

/// Accounts and hashtags that members show on their profiles.
namespace api {
namespace {

constexpr PageLimits endorsement_limits{.usual = 40, .most = 80};
constexpr int most_suggested = 10;

using Verb = Result<Done> (*)(db::Tx&, const outbox::Acting&, AccountId);

// POST /api/v1/accounts/:id/endorse and unendorse; pin and unpin in older clients
template <Verb verb>
Result<http::Response> act(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    if (const auto done = verb(tx, api.acting(call), account->id); !done) return done.error();
    const auto now = db::account_views::relationships(tx, call.me(), {account->id});
    if (now.empty()) return not_found("no such account");
    tx.commit();
    return http::json_response(relationship_entity(now.front()));
}

http::Response endorsements_of(const Api& api,
                               db::Tx& tx,
                               const http::Call& call,
                               AccountId account) {
    const auto page = page_of(call, endorsement_limits);
    const auto entries = db::endorsements::list(tx, account, call.me(), page);
    std::vector<AccountId> ids;
    for (const auto& entry : entries)
        ids.push_back(entry.id);
    auto response = array_response(render_accounts(api, tx, ids));
    add_links(response, api.instance(), call, page, keys_of(entries, [](const auto& entry) {
                  return entry.key;
              }));
    return response;
}

// GET /api/v1/endorsements
Result<http::Response> list_own_endorsements(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return endorsements_of(api, tx, call, call.me());
}

// GET /api/v1/accounts/:id/endorsements
Result<http::Response> list_endorsements(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    if (!account->is_visible()) return array_response({});
    return endorsements_of(api, tx, call, account->id);
}

Json featured_tags_of(const Instance& instance, db::Tx& tx, AccountId account) {
    return featured_tag_entities(instance, db::featured_tags::list(tx, account));
}

// GET /api/v1/featured_tags
Result<http::Response> list_own_tags(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return http::json_response(featured_tags_of(api.instance(), tx, call.me()));
}

// GET /api/v1/accounts/:id/featured_tags
Result<http::Response> list_tags(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto account = find_account(tx, call);
    if (!account) return account.error();
    if (!account->is_visible()) return array_response({});
    return http::json_response(featured_tags_of(api.instance(), tx, account->id));
}

// POST /api/v1/featured_tags
Result<http::Response> feature(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto featured = outbox::feature_tag(tx, api.acting(call), call.form.text("name"));
    if (!featured) return featured.error();
    tx.commit();
    return http::json_response(featured_tag_entity(api.instance(), *featured));
}

// DELETE /api/v1/featured_tags/:id
Result<http::Response> unfeature(const Api& api, const http::Call& call) {
    const auto id = parse_id(call.param("id"));
    if (!id) return not_found("no id");
    db::Tx tx(api.deps.pool);
    if (!db::featured_tags::remove(tx, call.me(), *id)) return not_found("not the caller's");
    tx.commit();
    return empty_response();
}

// GET /api/v1/featured_tags/suggestions
Result<http::Response> suggest(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto tags = db::featured_tags::suggestions(tx, call.me(), most_suggested);
    return http::json_response(render_tags(api, tx, tags, call.me()));
}

} // namespace

std::span<const Row> featuring_rows() {
    using enum http::Access;
    constexpr auto endorse = act<outbox::endorse>;
    constexpr auto unendorse = act<outbox::unendorse>;
    static constexpr std::array rows{
        Row{"POST", "/api/v1/accounts/{id}/endorse", Token, "write:accounts", endorse},
        Row{"POST", "/api/v1/accounts/{id}/unendorse", Token, "write:accounts", unendorse},
        Row{"POST", "/api/v1/accounts/{id}/pin", Token, "write:accounts", endorse},
        Row{"POST", "/api/v1/accounts/{id}/unpin", Token, "write:accounts", unendorse},
        Row{"GET", "/api/v1/endorsements", Token, "read:accounts", list_own_endorsements},
        Row{"GET", "/api/v1/accounts/{id}/endorsements", Token, "read:accounts", list_endorsements},
        Row{"GET", "/api/v1/featured_tags", Token, "read:accounts", list_own_tags},
        Row{"GET", "/api/v1/accounts/{id}/featured_tags", Token, "read:accounts", list_tags},
        Row{"POST", "/api/v1/featured_tags", Token, "write:accounts", feature},
        Row{"DELETE", "/api/v1/featured_tags/{id}", Token, "write:accounts", unfeature},
        Row{"GET", "/api/v1/featured_tags/suggestions", Token, "read:accounts", suggest},
    };
    return rows;
}

} // namespace api
