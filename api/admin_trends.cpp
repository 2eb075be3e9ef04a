#include "api/admin.h"
#include "api/answer.h"
#include "api/render.h"
#include "api/status_parts.h"
#include "api/tags.h"
#include "db/link_cards.h"
#include "db/trends.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/admin/trends/: what is talked about, also what nobody allowed yet.
/// Decided about on the command line (`staffroom trends allow`).
namespace api {
namespace {

std::vector<db::trends::Trend> candidates(const AdminCall& admin, db::trends::Kind kind) {
    constexpr std::int64_t usual = 20;
    constexpr std::int64_t most = 40;
    constexpr std::int64_t most_offset = 1'000;
    const auto& form = admin.call.form;
    const auto limit = std::clamp<std::int64_t>(form.number("limit").value_or(usual), 1, most);
    const auto offset = std::clamp<std::int64_t>(form.number("offset").value_or(0), 0, most_offset);
    return db::trends::candidates(
        admin.tx, kind, static_cast<int>(limit), static_cast<int>(offset));
}

template <typename IdType>
std::vector<IdType> ids_of(const std::vector<db::trends::Trend>& trends) {
    std::vector<IdType> ids;
    for (const auto& trend : trends)
        ids.push_back(IdType{parse_id(trend.key).value_or(0)});
    return ids;
}

// GET /api/v1/admin/trends/tags
Result<http::Response> show_tags(const AdminCall& admin) {
    const auto trends = candidates(admin, db::trends::Kind::Tag);
    const auto ids = ids_of<TagId>(trends);
    const auto tags = db::tags::find_all(admin.tx, ids);
    auto entities = render_tags(admin.api, admin.tx, tags, admin.call.me());
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const auto place = std::ranges::find(ids, tags[i].id) - ids.begin();
        const auto& allowed = trends[static_cast<std::size_t>(place)].allowed;
        entities[i]["id"] = to_string(tags[i].id);
        entities[i]["trendable"] = allowed.value_or(false);
        entities[i]["usable"] = true;
        entities[i]["requires_review"] = !allowed.has_value();
    }
    return http::json_response(entities);
}

// GET /api/v1/admin/trends/statuses
Result<http::Response> show_statuses(const AdminCall& admin) {
    const auto ids = ids_of<StatusId>(candidates(admin, db::trends::Kind::Status));
    return array_response(render_status_list(admin.api, admin.tx, ids, admin.call.me()));
}

// GET /api/v1/admin/trends/links. A link without an entry in link_cards has nothing to show.
Result<http::Response> show_links(const AdminCall& admin) {
    Json entities = Json::array();
    for (const auto& trend : candidates(admin, db::trends::Kind::Link)) {
        auto card = db::link_cards::find(admin.tx, trend.key, Time{}).value_or(Json::object());
        if (!card.is_object()) continue;
        card["url"] = trend.key;
        auto entity = card_entity(card, nullptr);
        if (!entity.is_object()) continue;
        entity["requires_review"] = !trend.allowed.has_value();
        entities.push_back(std::move(entity));
    }
    return http::json_response(entities);
}

} // namespace

std::span<const AdminRow> admin_trend_rows() {
    using enum members::Permission;
    static constexpr std::array rows{
        AdminRow{"GET", "/api/v1/admin/trends/tags", "admin:read", Moderate, show_tags},
        AdminRow{"GET", "/api/v1/admin/trends/statuses", "admin:read", Moderate, show_statuses},
        AdminRow{"GET", "/api/v1/admin/trends/links", "admin:read", Moderate, show_links},
    };
    return rows;
}

} // namespace api
