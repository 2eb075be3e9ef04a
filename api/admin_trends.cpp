#include "api/admin_tags.h"
#include "api/answer.h"
#include "api/entities.h"
#include "api/render.h"
#include "api/status_parts.h"
#include "base/crypto.h"
#include "base/text.h"
#include "db/link_cards.h"
#include "db/statuses.h"
#include "db/tags.h"
#include "db/trends.h"
#include "outbox/moderate.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/admin/trends/: what is talked about, also what nobody allowed yet.
/// A link's id is its URL, in base64url.
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
    ids.reserve(trends.size());
    for (const auto& trend : trends)
        ids.push_back(IdType{parse_id(trend.key).value_or(0)});
    return ids;
}

using db::trends::Kind;

// GET /api/v1/admin/trends/tags
Result<http::Response> show_tags(const AdminCall& admin) {
    return http::json_response(
        render_admin_tags(admin, ids_of<TagId>(candidates(admin, Kind::Tag))));
}

/// Statuses as a moderator reads them, with whether somebody has decided about them.
Result<http::Response> answer_statuses(const AdminCall& admin,
                                       const std::vector<db::trends::Trend>& trends) {
    std::vector<std::string> entities;
    for (auto& status :
         render_statuses(admin.api, admin.tx, ids_of<StatusId>(trends), admin.call.me())) {
        const auto& trend =
            *std::ranges::find(trends, to_string(status.id), &db::trends::Trend::key);
        add_member(status.text, "requires_review", trend.allowed ? "false" : "true");
        entities.push_back(std::move(status.text));
    }
    return array_response(entities);
}

// GET /api/v1/admin/trends/statuses
Result<http::Response> show_statuses(const AdminCall& admin) {
    return answer_statuses(admin, candidates(admin, Kind::Status));
}

/// Null for a link without an entry in link_cards: it has nothing to show.
Json link_entity(const AdminCall& admin, const db::trends::Trend& trend) {
    auto card = db::link_cards::find(admin.tx, trend.key, Time{}).value_or(Json::object());
    if (!card.is_object()) return nullptr;
    card["url"] = trend.key;
    auto entity = card_entity(admin.api.deps.links, card, nullptr);
    if (!entity.is_object()) return nullptr;
    entity["id"] = crypto::base64url(trend.key);
    entity["requires_review"] = !trend.allowed.has_value();
    entity["history"] =
        week_of(db::trends::link_history(admin.tx, trend.key), {}, admin.api.now());
    return entity;
}

// GET /api/v1/admin/trends/links
Result<http::Response> show_links(const AdminCall& admin) {
    Json entities = Json::array();
    for (const auto& trend : candidates(admin, Kind::Link)) {
        if (auto entity = link_entity(admin, trend); entity.is_object())
            entities.push_back(std::move(entity));
    }
    return http::json_response(entities);
}

/// The key of what {id} names, if it is there to be decided about. Errors: NotFound.
Result<std::string> key_of(const AdminCall& admin, Kind kind) {
    const std::string id(admin.call.param("id"));
    const auto number = parse_id(id).value_or(0);
    switch (kind) {
    case Kind::Tag:
        if (db::tags::find(admin.tx, TagId{number})) return id;
        break;
    case Kind::Status:
        // A moderator decides about what everybody could read, and about nothing else.
        if (const auto status = db::statuses::find(admin.tx, StatusId{number});
            status && status->visibility == db::Visibility::Public && !status->is_boost())
            return id;
        break;
    case Kind::Link:
        if (const auto url = crypto::base64url_decode(id);
            url && is_valid_utf8(*url) && db::link_cards::find(admin.tx, *url, Time{}))
            return *url;
        break;
    }
    return not_found("nothing to be decided about");
}

constexpr std::array<std::string_view, 3> kind_names{"tag", "status", "link"};

// POST /api/v1/admin/trends/{tags,statuses,links}/:id/{approve,reject}
template <Kind kind, bool allowed>
Result<http::Response> decide(const AdminCall& admin) {
    const auto key = key_of(admin, kind);
    if (!key) return key.error();
    db::trends::review(admin.tx, kind, *key, allowed, admin.api.now());
    outbox::audit(admin.tx,
                  admin.acting(),
                  allowed ? "trends.allow" : "trends.refuse",
                  std::string(kind_names.at(static_cast<std::size_t>(kind))) + " " + *key);
    const db::trends::Trend trend{.key = *key, .allowed = allowed};
    if constexpr (kind == Kind::Tag) {
        return http::json_response(
            render_admin_tags(admin, {TagId{parse_id(*key).value_or(0)}}).front());
    } else if constexpr (kind == Kind::Status) {
        auto text = render_status(
            admin.api, admin.tx, StatusId{parse_id(*key).value_or(0)}, admin.call.me());
        if (!text) return text.error();
        add_member(*text, "requires_review", "false");
        return json_text_response(std::move(*text));
    } else {
        return http::json_response(link_entity(admin, trend));
    }
}

} // namespace

std::span<const AdminRow> admin_trend_rows() {
    using enum members::Permission;
    static constexpr std::array rows{
        AdminRow{"GET", "/api/v1/admin/trends/tags", "admin:read", Moderate, show_tags},
        AdminRow{"GET", "/api/v1/admin/trends/statuses", "admin:read", Moderate, show_statuses},
        AdminRow{"GET", "/api/v1/admin/trends/links", "admin:read", Moderate, show_links},
        AdminRow{"POST",
                 "/api/v1/admin/trends/tags/{id}/approve",
                 "admin:write",
                 Moderate,
                 decide<Kind::Tag, true>},
        AdminRow{"POST",
                 "/api/v1/admin/trends/tags/{id}/reject",
                 "admin:write",
                 Moderate,
                 decide<Kind::Tag, false>},
        AdminRow{"POST",
                 "/api/v1/admin/trends/statuses/{id}/approve",
                 "admin:write",
                 Moderate,
                 decide<Kind::Status, true>},
        AdminRow{"POST",
                 "/api/v1/admin/trends/statuses/{id}/reject",
                 "admin:write",
                 Moderate,
                 decide<Kind::Status, false>},
        AdminRow{"POST",
                 "/api/v1/admin/trends/links/{id}/approve",
                 "admin:write",
                 Moderate,
                 decide<Kind::Link, true>},
        AdminRow{"POST",
                 "/api/v1/admin/trends/links/{id}/reject",
                 "admin:write",
                 Moderate,
                 decide<Kind::Link, false>},
    };
    return rows;
}

} // namespace api
