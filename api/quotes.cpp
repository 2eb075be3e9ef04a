#include "api/answer.h"
#include "api/api.h"
#include "api/find.h"
#include "api/paging.h"
#include "api/render.h"
#include "db/timelines.h"
#include "outbox/quote.h"

#include <array>

/// Who quotes a status, and who may.
namespace api {
namespace {

// GET /api/v1/statuses/:id/quotes, docs.joinmastodon.org/methods/statuses/#quotes
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto status = find_status(tx, call);
    if (!status) return status.error();
    const auto shown = status->is_boost() ? status->reblog_of : status->id;
    const auto page = page_of(call);
    const auto ids = db::timelines::quotes_of(tx, shown, call.me(), page);
    auto response = array_response(render_status_list(api, tx, ids, call.me()));
    add_links(
        response, api.instance(), call, page, keys_of(ids, [](StatusId id) { return id.value; }));
    return response;
}

// POST /api/v1/statuses/:id/quotes/:quoting_status_id/revoke
Result<http::Response> revoke(const Api& api, const http::Call& call) {
    const auto id = call.status_id();
    const auto quoting = parse_id(call.param("quoting"));
    if (!id) return id.error();
    if (!quoting) return not_found("quoting status is no id");
    db::Tx tx(api.deps.pool);
    const auto revoked = outbox::revoke_quote(tx, api.acting(call), *id, StatusId{*quoting});
    if (!revoked) return revoked.error();
    auto text = render_status(api, tx, revoked->id, call.me());
    if (!text) return text.error();
    tx.commit();
    return json_text_response(std::move(*text));
}

// PUT /api/v1/statuses/:id/interaction_policy
Result<http::Response> set_policy(const Api& api, const http::Call& call) {
    const auto id = call.status_id();
    if (!id) return id.error();
    db::Tx tx(api.deps.pool);
    const auto status = outbox::set_quote_policy(
        tx, api.acting(call), *id, call.form.text("quote_approval_policy"));
    if (!status) return status.error();
    auto text = render_status(api, tx, status->id, call.me());
    if (!text) return text.error();
    tx.commit();
    return json_text_response(std::move(*text));
}

} // namespace

std::span<const Row> quote_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/statuses/{id}/quotes", Token, "read:statuses", list},
        Row{"POST",
            "/api/v1/statuses/{id}/quotes/{quoting}/revoke",
            Token,
            "write:statuses",
            revoke},
        Row{"PUT", "/api/v1/statuses/{id}/interaction_policy", Token, "write:statuses", set_policy},
    };
    return rows;
}

} // namespace api
