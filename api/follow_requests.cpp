#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "api/paging.h"
#include "api/render.h"
#include "db/account_views.h"
#include "db/follows.h"
#include "outbox/follow.h"

#include <array>

namespace api {
namespace {

// GET /api/v1/follow_requests, docs.joinmastodon.org/methods/follow_requests/
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call, {.usual = 40, .most = 80});
    const auto requests = db::follows::list_requests(tx, call.me(), page);
    std::vector<AccountId> ids;
    for (const auto& request : requests)
        ids.push_back(request.follower);
    auto response = array_response(render_accounts(api, tx, ids));
    add_links(response, api.instance(), call, page, keys_of(requests, [](const auto& request) {
                  return request.id.value;
              }));
    return response;
}

using Verb = Result<Done> (*)(db::Tx&, const outbox::Acting&, AccountId);

// POST /api/v1/follow_requests/:account_id/authorize and reject
template <Verb verb>
Result<http::Response> answer(const Api& api, const http::Call& call) {
    const auto id = call.account_id();
    if (!id) return id.error();
    db::Tx tx(api.deps.pool);
    if (const auto done = verb(tx, api.acting(call), *id); !done) return done.error();
    const auto found = db::account_views::relationships(tx, call.me(), {*id});
    if (found.empty()) return not_found("no such account");
    tx.commit();
    return http::json_response(relationship_entity(found.front()));
}

} // namespace

std::span<const Row> follow_request_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/follow_requests", Token, "read:follows", list},
        Row{"POST",
            "/api/v1/follow_requests/{id}/authorize",
            Token,
            "write:follows",
            answer<outbox::authorize_follow>},
        Row{"POST",
            "/api/v1/follow_requests/{id}/reject",
            Token,
            "write:follows",
            answer<outbox::reject_follow>},
    };
    return rows;
}

} // namespace api
