#include "api/tags.h"

#include "api/answer.h"
#include "api/entities.h"
#include "api/paging.h"
#include "base/text.h"
#include "db/featured_tags.h"
#include "db/followed_tags.h"
#include "db/search.h"
#include "outbox/feature.h"
#include "timelines/lists.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/tags/ and /methods/followed_tags/
namespace api {
namespace {

Result<std::string> name_of(const http::Call& call) {
    auto name = fold(call.param("name"));
    if (name.starts_with('#')) name.erase(0, 1);
    if (!is_hashtag(name)) return not_found("no hashtag");
    return name;
}

/// A tag that nobody used yet is shown too: clients offer to look for it.
Result<http::Response> answer(const Api& api, db::Tx& tx, const http::Call& call) {
    const auto name = name_of(call);
    if (!name) return name.error();
    auto tag = db::tags::find(tx, *name);
    if (!tag) tag = db::Tag{.name = *name, .display = *name};
    return http::json_response(render_tags(api, tx, {*tag}, call.me()).front());
}

// GET /api/v1/tags/:name
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return answer(api, tx, call);
}

// POST /api/v1/tags/:name/follow
Result<http::Response> follow(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto done = timelines::follow_tag(tx, call.me(), std::string(call.param("name")));
    if (!done) return done.error();
    auto response = answer(api, tx, call);
    if (response) tx.commit();
    return response;
}

// POST /api/v1/tags/:name/unfollow
Result<http::Response> unfollow(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    timelines::unfollow_tag(tx, call.me(), std::string(call.param("name")));
    auto response = answer(api, tx, call);
    if (response) tx.commit();
    return response;
}

// GET /api/v1/followed_tags: paged by when they were followed, which only Link shows.
Result<http::Response> list_followed(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call, {.usual = 100, .most = 200});
    const auto entries = db::followed_tags::list(tx, call.me(), page);
    std::vector<TagId> ids;
    for (const auto& entry : entries)
        ids.push_back(entry.id);
    auto response =
        http::json_response(render_tags(api, tx, db::tags::find_all(tx, ids), call.me()));
    add_links(response, api.instance(), call, page, keys_of(entries, [](const auto& entry) {
                  return entry.key;
              }));
    return response;
}

// POST /api/v1/tags/:id/feature and unfeature, where the id is the name.
Result<http::Response> feature(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto featured = outbox::feature_tag(tx, api.acting(call), call.param("name"));
    if (!featured) return featured.error();
    auto response = answer(api, tx, call);
    if (response) tx.commit();
    return response;
}

Result<http::Response> unfeature(const Api& api, const http::Call& call) {
    const auto name = name_of(call);
    if (!name) return name.error();
    db::Tx tx(api.deps.pool);
    db::featured_tags::remove(tx, call.me(), *name);
    auto response = answer(api, tx, call);
    if (response) tx.commit();
    return response;
}

} // namespace

Json render_tags(const Api& api, db::Tx& tx, const std::vector<db::Tag>& tags, AccountId reader) {
    Json entities = Json::array();
    if (tags.empty()) return entities;
    std::vector<TagId> ids;
    for (const auto& tag : tags)
        ids.push_back(tag.id);
    const auto history = db::search::tag_history(tx, ids);
    const auto followed = db::followed_tags::followed_among(tx, reader, ids);
    const auto featured = db::featured_tags::list(tx, reader);
    for (const auto& tag : tags) {
        auto entity = tag_entity(api.instance(), tag, history, api.now());
        if (reader) {
            entity["following"] = std::ranges::find(followed, tag.id) != followed.end();
            entity["featuring"] = std::ranges::any_of(
                featured, [&](const auto& own) { return own.tag.id == tag.id; });
        }
        entities.push_back(std::move(entity));
    }
    return entities;
}

std::span<const Row> tag_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/tags/{name}", Token, "read:follows read:statuses", show},
        Row{"POST", "/api/v1/tags/{name}/follow", Token, "write:follows", follow},
        Row{"POST", "/api/v1/tags/{name}/unfollow", Token, "write:follows", unfollow},
        Row{"GET", "/api/v1/followed_tags", Token, "read:follows", list_followed},
        Row{"POST", "/api/v1/tags/{name}/feature", Token, "write:accounts", feature},
        Row{"POST", "/api/v1/tags/{name}/unfeature", Token, "write:accounts", unfeature},
    };
    return rows;
}

} // namespace api
