#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "base/text.h"
#include "db/featured_tags.h"
#include "db/search.h"
#include "outbox/feature.h"

#include <algorithm>
#include <array>

namespace api {
namespace {

/// The folded name in the path, without "#"; "" when there is none.
std::string name_of(const http::Call& call) {
    auto name = fold(call.param("name"));
    if (name.starts_with('#')) name.erase(0, 1);
    return name;
}

Json tag_for(const Api& api, db::Tx& tx, const db::search::Tag& tag, AccountId me) {
    auto entity = tag_entity(api.instance(), tag, db::search::tag_history(tx, {tag.id}), api.now());
    const auto featured = db::featured_tags::list(tx, me);
    entity["featuring"] = std::ranges::any_of(
        featured, [&](const auto& entry) { return entry.tag.id.value == tag.id; });
    return entity;
}

// GET /api/v1/tags/:name. A tag that nobody used yet is shown too: clients offer to look for it.
Result<http::Response> show(const Api& api, const http::Call& call) {
    const auto name = name_of(call);
    if (name.empty()) return not_found("no tag");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    auto tag = db::search::find_tag(tx, name);
    if (!tag) tag = db::search::Tag{.id = 0, .name = name};
    return http::json_response(tag_for(api, tx, *tag, call.me()));
}

// POST /api/v1/tags/:id/feature and unfeature, where the id is the name.
Result<http::Response> feature(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto featured = outbox::feature_tag(tx, api.acting(call), call.param("name"));
    if (!featured) return featured.error();
    const auto tag = db::search::find_tag(tx, featured->tag.name);
    if (!tag) return not_found("no tag");
    const auto entity = tag_for(api, tx, *tag, call.me());
    tx.commit();
    return http::json_response(entity);
}

Result<http::Response> unfeature(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto tag = db::search::find_tag(tx, name_of(call));
    if (!tag) return not_found("no tag");
    db::featured_tags::remove(tx, call.me(), tag->name);
    const auto entity = tag_for(api, tx, *tag, call.me());
    tx.commit();
    return http::json_response(entity);
}

} // namespace

std::span<const Row> tag_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/tags/{name}", Token, "read:follows read:statuses", show},
        Row{"POST", "/api/v1/tags/{name}/feature", Token, "write:accounts", feature},
        Row{"POST", "/api/v1/tags/{name}/unfeature", Token, "write:accounts", unfeature},
    };
    return rows;
}

} // namespace api
