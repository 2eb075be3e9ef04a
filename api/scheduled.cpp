#include "api/scheduled.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"
#include "api/paging.h"
#include "db/media_attachments.h"
#include "outbox/schedule.h"

#include <array>

/// docs.joinmastodon.org/methods/scheduled_statuses/
namespace api {
namespace {

Result<db::ScheduledStatus> find_own(db::Tx& tx, const http::Call& call) {
    const auto id = parse_id(call.param("id"));
    if (!id) return not_found("no id");
    auto scheduled = db::scheduled_statuses::find(tx, call.me(), *id);
    if (!scheduled) return not_found("not the caller's scheduled status");
    return std::move(*scheduled);
}

// GET /api/v1/scheduled_statuses
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto page = page_of(call);
    const auto all = db::scheduled_statuses::list(tx, call.me(), page);
    Json entities = Json::array();
    for (const auto& scheduled : all)
        entities.push_back(scheduled_entity(api, tx, scheduled));
    auto response = http::json_response(entities);
    add_links(response, api.instance(), call, page, keys_of(all, [](const auto& scheduled) {
                  return scheduled.id;
              }));
    return response;
}

// GET /api/v1/scheduled_statuses/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto scheduled = find_own(tx, call);
    if (!scheduled) return scheduled.error();
    return http::json_response(scheduled_entity(api, tx, *scheduled));
}

// PUT /api/v1/scheduled_statuses/:id
Result<http::Response> update(const Api& api, const http::Call& call) {
    const auto at = parse_iso8601(call.form.text("scheduled_at"));
    if (!at) return unprocessable("Validation failed: Scheduled at is not a time");
    db::Tx tx(api.deps.pool);
    const auto standing = find_own(tx, call);
    if (!standing) return standing.error();
    const auto scheduled = outbox::reschedule(tx, api.acting(call), standing->id, *at);
    if (!scheduled) return scheduled.error();
    const auto entity = scheduled_entity(api, tx, *scheduled);
    tx.commit();
    return http::json_response(entity);
}

// DELETE /api/v1/scheduled_statuses/:id
Result<http::Response> cancel(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    const auto scheduled = find_own(tx, call);
    if (!scheduled) return scheduled.error();
    if (!db::scheduled_statuses::remove(tx, call.me(), scheduled->id))
        return not_found("it has just become a post");
    tx.commit();
    return empty_response();
}

} // namespace

Json scheduled_entity(const Api& api, db::Tx& tx, const db::ScheduledStatus& scheduled) {
    Json media = Json::array();
    if (!scheduled.media.empty()) {
        for (const auto& one :
             db::media_attachments::list_own(tx, scheduled.account, scheduled.media))
            media.push_back(media_entity(api.instance(), one));
    }
    return {{"id", std::to_string(scheduled.id)},
            {"scheduled_at", format_iso8601(scheduled.at)},
            {"params", scheduled.params},
            {"media_attachments", std::move(media)}};
}

std::span<const Row> scheduled_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/scheduled_statuses", Token, "read:statuses", list},
        Row{"GET", "/api/v1/scheduled_statuses/{id}", Token, "read:statuses", show},
        Row{"PUT", "/api/v1/scheduled_statuses/{id}", Token, "write:statuses", update},
        Row{"DELETE", "/api/v1/scheduled_statuses/{id}", Token, "write:statuses", cancel},
    };
    return rows;
}

} // namespace api
