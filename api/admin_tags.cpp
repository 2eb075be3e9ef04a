#include "api/admin_tags.h"

#include "api/answer.h"
#include "api/paging.h"
#include "api/tags.h"
#include "base/text.h"
#include "db/tag_rules.h"
#include "db/trends.h"
#include "outbox/moderate.h"

#include <algorithm>
#include <array>

/// docs.joinmastodon.org/methods/admin/tags/: what may be written, found and talked about.
namespace api {
namespace {

Result<db::Tag> find(const AdminCall& admin) {
    const auto id = admin.call.id<TagTag>("id");
    if (!id) return id.error();
    auto tag = db::tags::find(admin.tx, *id);
    if (!tag) return not_found("no such tag");
    return std::move(*tag);
}

Result<http::Response> answer(const AdminCall& admin, TagId id) {
    return http::json_response(render_admin_tags(admin, {id}).front());
}

// GET /api/v1/admin/tags
Result<http::Response> list(const AdminCall& admin) {
    const auto page = page_of(admin.call, {.usual = 100, .most = 200});
    const auto ids = db::tag_rules::list(admin.tx, page);
    auto response = http::json_response(render_admin_tags(admin, ids));
    add_links(response, admin.api.instance(), admin.call, page, keys_of(ids, [](TagId id) {
                  return id.value;
              }));
    return response;
}

// GET /api/v1/admin/tags/:id
Result<http::Response> show(const AdminCall& admin) {
    const auto tag = find(admin);
    if (!tag) return tag.error();
    return answer(admin, tag->id);
}

// PUT /api/v1/admin/tags/:id with display_name, listable, trendable, usable
Result<http::Response> update(const AdminCall& admin) {
    const auto tag = find(admin);
    if (!tag) return tag.error();
    const auto& form = admin.call.form;
    if (form.has("display_name")) {
        const auto display = form.text("display_name");
        if (fold(display) != tag->name)
            return unprocessable("Validation failed: Display name is not the same hashtag");
        db::tag_rules::set_display(admin.tx, tag->id, display);
    }
    auto rules = db::tag_rules::find_all(admin.tx, {tag->id}).at(0);
    rules.usable = form.flag_or("usable", rules.usable);
    rules.listable = form.flag_or("listable", rules.listable);
    db::tag_rules::put(admin.tx, rules);
    if (form.has("trendable")) {
        db::trends::review(admin.tx,
                           db::trends::Kind::Tag,
                           to_string(tag->id),
                           form.flag_or("trendable", false),
                           admin.api.now());
    }
    outbox::audit(admin.tx, admin.acting(), "tag.update", "#" + tag->name);
    return answer(admin, tag->id);
}

} // namespace

Json render_admin_tags(const AdminCall& admin, const std::vector<TagId>& ids) {
    const auto tags = db::tags::find_all(admin.tx, ids);
    const auto rules = db::tag_rules::find_all(admin.tx, ids);
    auto entities = render_tags(admin.api, admin.tx, tags, admin.call.me());
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const auto& own = *std::ranges::find(rules, tags[i].id, &db::TagRules::id);
        entities[i]["id"] = to_string(own.id);
        entities[i]["trendable"] = own.may_trend.value_or(false);
        entities[i]["usable"] = own.usable;
        entities[i]["listable"] = own.listable;
        entities[i]["requires_review"] = !own.may_trend.has_value();
    }
    return entities;
}

std::span<const AdminRow> admin_tag_rows() {
    using enum members::Permission;
    static constexpr std::array rows{
        AdminRow{"GET", "/api/v1/admin/tags", "admin:read", Moderate, list},
        AdminRow{"GET", "/api/v1/admin/tags/{id}", "admin:read", Moderate, show},
        AdminRow{"PUT", "/api/v1/admin/tags/{id}", "admin:write", Moderate, update},
    };
    return rows;
}

} // namespace api
