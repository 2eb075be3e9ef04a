#include "db/domain_blocks.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/paging.h"
#include "outbox/domain_block.h"

#include <array>

/// docs.joinmastodon.org/methods/domain_blocks/
namespace api {
namespace {

// GET /api/v1/domain_blocks: paged by when they were made, which only Link shows.
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call, {.usual = 100, .most = 200});
    const auto blocks = db::domain_blocks::list(tx, call.me(), page);
    Json domains = Json::array();
    for (const auto& block : blocks)
        domains.push_back(block.domain);
    auto response = http::json_response(domains);
    add_links(response, api.instance(), call, page, keys_of(blocks, [](const auto& block) {
                  return block.id;
              }));
    return response;
}

using Verb = Result<Done> (*)(db::Tx&, const outbox::Acting&, std::string_view);

// POST and DELETE /api/v1/domain_blocks
template <Verb verb>
Result<http::Response> change(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto done = verb(tx, api.acting(call), call.form.text("domain"));
    if (!done) return done.error();
    tx.commit();
    return empty_response();
}

} // namespace

std::span<const Row> domain_block_rows() {
    using enum http::Access;
    static constexpr auto path = "/api/v1/domain_blocks";
    static constexpr std::array rows{
        Row{"GET", path, Token, "read:blocks", list},
        Row{"POST", path, Token, "write:blocks", change<outbox::block_domain>},
        Row{"DELETE", path, Token, "write:blocks", change<outbox::unblock_domain>},
    };
    return rows;
}

} // namespace api
