#include "api/answer.h"
#include "api/api.h"
#include "api/paging.h"
#include "api/render.h"
#include "db/quote_requests.h"
#include "outbox/quote_requests.h"

#include <array>

/// Who asks the member's leave. Mastodon has no calls for it; these are named and shaped after
/// GoToSocial's (docs.gotosocial.org, interaction_requests), with "quote" as one more type.
namespace api {
namespace {

std::vector<std::string> render(const Api& api,
                                db::Tx& tx,
                                const std::vector<db::QuoteRequest>& requests,
                                AccountId me) {
    std::vector<StatusId> status_ids;
    std::vector<AccountId> account_ids;
    for (const auto& request : requests) {
        status_ids.push_back(request.status);
        account_ids.push_back(request.asker);
    }
    std::unordered_map<StatusId, std::string> statuses;
    for (auto& status : render_statuses(api, tx, status_ids, me))
        statuses.emplace(status.id, std::move(status.text));
    const auto accounts = render_account_map(api, tx, account_ids);

    std::vector<std::string> entities;
    for (const auto& request : requests) {
        const auto account = accounts.find(request.asker);
        const auto status = statuses.find(request.status);
        if (account == accounts.end() || status == statuses.end()) continue;
        const Json decided =
            request.decided_at ? Json(format_iso8601(*request.decided_at)) : Json();
        auto entity = dump_json(Json{{"id", std::to_string(request.id)},
                                     {"type", "quote"},
                                     {"created_at", format_iso8601(request.created_at)},
                                     {"quote_uri", request.quoting_uri},
                                     {"accepted_at", request.accepted ? decided : Json()},
                                     {"rejected_at", request.accepted ? Json() : decided}});
        add_member(entity, "account", account->second);
        add_member(entity, "status", status->second);
        entities.push_back(std::move(entity));
    }
    return entities;
}

Result<http::Response> one(const Api& api,
                           db::Tx& tx,
                           const db::QuoteRequest& request,
                           AccountId me) {
    auto entities = render(api, tx, {request}, me);
    if (entities.empty()) return not_found("no such request");
    return json_text_response(std::move(entities.front()));
}

// GET /api/v1/interaction_requests: those that wait.
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call, {.usual = 40, .most = 80});
    const auto requests = db::quote_requests::list_open(tx, call.me(), page);
    auto response = array_response(render(api, tx, requests, call.me()));
    add_links(response, api.instance(), call, page, keys_of(requests, [](const auto& request) {
                  return request.id;
              }));
    return response;
}

// GET /api/v1/interaction_requests/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    const auto id = parse_id(call.param("id"));
    if (!id) return not_found("no id");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto request = db::quote_requests::find(tx, call.me(), *id);
    if (!request) return not_found("no such request");
    return one(api, tx, *request, call.me());
}

// POST /api/v1/interaction_requests/:id/authorize and reject
template <outbox::QuoteDecision decision>
Result<http::Response> decide(const Api& api, const http::Call& call) {
    const auto id = parse_id(call.param("id"));
    if (!id) return not_found("no id");
    db::Tx tx(api.deps.pool);
    const auto request = outbox::decide_quote_request(tx, api.acting(call), *id, decision);
    if (!request) return request.error();
    auto response = one(api, tx, *request, call.me());
    if (response) tx.commit();
    return response;
}

} // namespace

std::span<const Row> interaction_request_rows() {
    using enum http::Access;
    static constexpr auto read = "read:notifications";
    static constexpr auto write = "write:notifications";
    static constexpr std::array rows{
        Row{"GET", "/api/v1/interaction_requests", Token, read, list},
        Row{"GET", "/api/v1/interaction_requests/{id}", Token, read, show},
        Row{"POST",
            "/api/v1/interaction_requests/{id}/authorize",
            Token,
            write,
            decide<outbox::QuoteDecision::Accept>},
        Row{"POST",
            "/api/v1/interaction_requests/{id}/reject",
            Token,
            write,
            decide<outbox::QuoteDecision::Reject>},
    };
    return rows;
}

} // namespace api
