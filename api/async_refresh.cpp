#include "api/async_refresh.h"

#include "api/answer.h"
#include "api/api.h"
#include "db/annual_reports.h"
#include "db/timelines.h"
#include "outbox/annual_report.h"
#include "statuses/job_kinds.h"
#include "statuses/may_see.h"

#include <array>

/// docs.joinmastodon.org/methods/async_refreshes/: threads from elsewhere are read, and annual
/// reports made, in the background. The id names the post whose thread was opened, or the year of
/// the caller's report; what it says is the state of the job.
namespace api {
namespace {

constexpr std::string_view thread_prefix = "thread-";
constexpr std::string_view year_prefix = "year-";
constexpr int retry_seconds = 3;
constexpr int most_counted = 1'000;

http::Response refresh_response(std::string_view id, bool is_running, const Json& count) {
    return http::json_response(
        {{"async_refresh",
          {{"id", id}, {"status", is_running ? "running" : "finished"}, {"result_count", count}}}});
}

Result<http::Response> show_thread(const Api& api, const http::Call& call, std::string_view name) {
    const auto id = parse_id(name);
    if (!id) return not_found("no such refresh");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto status = db::statuses::find(tx, StatusId{*id});
    if (!status || status->local || !statuses::may_see(tx, call.me(), *status))
        return not_found("no such refresh");
    const auto below = db::timelines::descendants(tx, status->id, call.me(), most_counted).size();
    return refresh_response(
        call.param("id"), statuses::is_thread_queued(tx, status->id), Json(below));
}

Result<http::Response> show_report(const Api& api, const http::Call& call, std::string_view name) {
    constexpr int last_year = 9'999;
    const auto year = parse_id(name);
    if (!year || *year > last_year) return not_found("no such refresh");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto number = static_cast<int>(*year);
    const bool is_running = outbox::annual_report_state(tx, call.me(), number, api.now()) ==
                            outbox::AnnualReportState::Generating;
    if (!is_running && !db::annual_reports::find(tx, call.me(), number))
        return not_found("no such refresh");
    return refresh_response(call.param("id"), is_running, Json());
}

// GET /api/v1_alpha/async_refreshes/:id
Result<http::Response> show(const Api& api, const http::Call& call) {
    const auto id = call.param("id");
    if (id.starts_with(thread_prefix))
        return show_thread(api, call, id.substr(thread_prefix.size()));
    if (id.starts_with(year_prefix)) return show_report(api, call, id.substr(year_prefix.size()));
    return not_found("no such refresh");
}

void announce(http::Response& response, const std::string& id) {
    response.headers.set("Mastodon-Async-Refresh",
                         "id=\"" + id + "\", retry=" + std::to_string(retry_seconds));
}

} // namespace

void announce_refresh(http::Response& response, StatusId thread) {
    announce(response, std::string(thread_prefix) + to_string(thread));
}

void announce_report(http::Response& response, int year) {
    announce(response, std::string(year_prefix) + std::to_string(year));
}

std::span<const Row> async_refresh_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET",
            "/api/v1_alpha/async_refreshes/{id}",
            Token,
            "read:statuses read:accounts",
            show},
    };
    return rows;
}

} // namespace api
