#include "api/async_refresh.h"

#include "api/answer.h"
#include "api/api.h"
#include "db/timelines.h"
#include "statuses/job_kinds.h"
#include "statuses/may_see.h"

#include <array>

/// docs.joinmastodon.org/methods/async_refreshes/: threads from elsewhere are read in the
/// background. The id names the post whose thread was opened; what it says is the state of the job.
namespace api {
namespace {

constexpr std::string_view prefix = "thread-";
constexpr int retry_seconds = 3;
constexpr int most_counted = 1'000;

// GET /api/v1_alpha/async_refreshes/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    const std::string text(call.param("id"));
    const auto id = text.starts_with(prefix) ? parse_id(text.substr(prefix.size())) : std::nullopt;
    if (!id) return not_found("no such refresh");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto status = db::statuses::find(tx, StatusId{*id});
    if (!status || status->local || !statuses::may_see(tx, call.me(), *status))
        return not_found("no such refresh");
    const bool is_running = statuses::is_thread_queued(tx, status->id);
    const auto below = db::timelines::descendants(tx, status->id, call.me(), most_counted).size();
    return http::json_response({{"async_refresh",
                                 {{"id", text},
                                  {"status", is_running ? "running" : "finished"},
                                  {"result_count", below}}}});
}

} // namespace

void announce_refresh(http::Response& response, StatusId thread) {
    response.headers.set("Mastodon-Async-Refresh",
                         "id=\"" + std::string(prefix) + to_string(thread) +
                             "\", retry=" + std::to_string(retry_seconds));
}

std::span<const Row> async_refresh_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1_alpha/async_refreshes/{id}", Token, "read:statuses", show},
    };
    return rows;
}

} // namespace api
