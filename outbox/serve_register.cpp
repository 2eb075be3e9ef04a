#include "moderation/own_register.h"
#include "outbox/serving.h"

/// The register that this house keeps for others. Unsigned, once it is published: whoever follows
/// it need not be a peer, and what it says is signed by itself (decision 341).
namespace outbox {
namespace {

using Response = Result<http::Response>;

Response public_document(const std::optional<Json>& document) {
    if (!document) return Error{Error::Kind::NotFound, "no such part of a register"};
    auto response = http::activity_response(dump_json(*document));
    response.headers.set("Cache-Control", "public, max-age=60");
    return response;
}

Response serve_head(const ServeDeps& deps, const http::Call&) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    return public_document(moderation::render_own_head(tx, deps.instance, deps.clock()));
}

Response serve_page(const ServeDeps& deps, const http::Call& call) {
    const auto page = parse_id(call.param("page"));
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    return public_document(moderation::render_own_page(tx, deps.instance, page.value_or(0)));
}

} // namespace

void add_register_routes(http::Router& router, const ServeDeps& deps) {
    router.add({.method = "GET",
                .pattern = "/actor/register",
                .access = http::Access::Anyone,
                .handler = [&deps](const http::Call& call) { return serve_head(deps, call); }});
    router.add({.method = "GET",
                .pattern = "/actor/register/{page}",
                .access = http::Access::Anyone,
                .handler = [&deps](const http::Call& call) { return serve_page(deps, call); }});
}

} // namespace outbox
