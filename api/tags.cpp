#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "base/text.h"
#include "db/search.h"

#include <array>

namespace api {
namespace {

// GET /api/v1/tags/:name. A tag that nobody used yet is shown too: clients offer to look for it.
Result<http::Response> show(const Api& api, const http::Call& call) {
    auto name = fold(call.param("name"));
    if (name.starts_with('#')) name.erase(0, 1);
    if (name.empty()) return not_found("no tag");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    auto tag = db::search::find_tag(tx, name);
    if (!tag) tag = db::search::Tag{.id = 0, .name = name};
    const auto history = db::search::tag_history(tx, {tag->id});
    return http::json_response(tag_entity(api.instance(), *tag, history, api.now()));
}

} // namespace

std::span<const Row> tag_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/tags/{name}", Token, "read:follows read:statuses", show},
    };
    return rows;
}

} // namespace api
