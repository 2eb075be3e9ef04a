#include "db/markers.h"

#include "api/answer.h"
#include "api/api.h"
#include "api/entities.h"

#include <array>

/// docs.joinmastodon.org/methods/markers/
namespace api {
namespace {

constexpr std::array timelines{"home", "notifications"};

// GET /api/v1/markers?timeline[]=
Result<http::Response> show(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    Json entities = Json::object();
    for (const auto& marker : db::markers::find(tx, call.me(), call.form.list("timeline")))
        entities[marker.timeline] = marker_entity(marker);
    return http::json_response(entities);
}

// POST /api/v1/markers with home[last_read_id] and notifications[last_read_id]
Result<http::Response> save(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool);
    Json entities = Json::object();
    for (const auto* timeline : timelines) {
        const auto text = call.form.child(timeline).text("last_read_id");
        if (text.empty()) continue;
        const auto id = parse_id(text);
        if (!id && text != "0") return unprocessable("Validation failed: Last read is invalid");
        const auto marker = db::markers::set(tx, call.me(), timeline, id.value_or(0), api.now());
        entities[timeline] = marker_entity(marker);
    }
    tx.commit();
    return http::json_response(entities);
}

} // namespace

std::span<const Row> marker_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/markers", Token, "read:statuses", show},
        Row{"POST", "/api/v1/markers", Token, "write:statuses", save},
    };
    return rows;
}

} // namespace api
