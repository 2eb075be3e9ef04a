#include "db/trends.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/status_page.h"
#include "api/status_parts.h"
#include "api/tags.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/trends/. Who has no token is shown nothing, as in every list,
/// unless the moderators opened links; and nobody is, as long as they have trends switched off.
namespace api {
namespace {

struct Part {
    int limit = 0;
    int offset = 0;
};

Part part_of(const http::Form& form, std::int64_t usual, std::int64_t most) {
    constexpr std::int64_t most_offset = 1'000;
    return {.limit = static_cast<int>(
                std::clamp<std::int64_t>(form.number("limit").value_or(usual), 1, most)),
            .offset = static_cast<int>(
                std::clamp<std::int64_t>(form.number("offset").value_or(0), 0, most_offset))};
}

// GET /api/v1/trends/tags, and /api/v1/trends as before Mastodon 3.5
Result<http::Response> show_tags(const Api& api, const http::Call& call) {
    if (!call.me()) return array_response({});
    const auto part = part_of(call.form, 10, 20);
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto tags = db::trends::tags(tx, part.limit, part.offset);
    return http::json_response(render_tags(api, tx, tags, call.me()));
}

// GET /api/v1/trends/statuses
Result<http::Response> show_statuses(const Api& api, const http::Call& call) {
    if (!call.me()) return array_response({});
    const auto part = part_of(call.form, 20, 40);
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto ids = db::trends::statuses(tx, call.me(), part.limit, part.offset);
    return array_response(render_status_list(api, tx, ids, call.me()));
}

// GET /api/v1/trends/links: the card of the link with a week of its use.
Result<http::Response> show_links(const Api& api, const http::Call& call) {
    const auto part = part_of(call.form, 10, 20);
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    if (!call.me() && !db::trends::has_open_links(tx)) return array_response({});
    Json entities = Json::array();
    for (const auto& link : db::trends::links(tx, part.limit, part.offset)) {
        auto entity = card_entity(api.deps.links, link.card, nullptr);
        if (!entity.is_object()) continue;
        entity["history"] = week_of(db::trends::link_history(tx, link.url), {}, api.now());
        entities.push_back(std::move(entity));
    }
    return http::json_response(entities);
}

// GET /api/v1/timelines/link?url=: of a link that is shown as a trend.
Result<http::Response> show_posts_with_link(const Api& api, const http::Call& call) {
    const auto url = call.form.text("url");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    if (!db::trends::is_shown_link(tx, url)) return not_found("no link that is talked about");
    const auto page = page_of(call);
    return status_page(api, tx, call, page, db::trends::with_link(tx, call.me(), url, page));
}

} // namespace

std::span<const Row> trend_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/trends", OptionalToken, "", show_tags},
        Row{"GET", "/api/v1/trends/tags", OptionalToken, "", show_tags},
        Row{"GET", "/api/v1/trends/statuses", OptionalToken, "", show_statuses},
        Row{"GET", "/api/v1/trends/links", OptionalToken, "", show_links},
        Row{"GET", "/api/v1/timelines/link", Token, "read:statuses", show_posts_with_link},
    };
    return rows;
}

} // namespace api
