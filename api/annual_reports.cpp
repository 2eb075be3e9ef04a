#include "api/annual_reports.h"

#include "api/answer.h"
#include "api/async_refresh.h"
#include "api/render.h"
#include "outbox/annual_report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

/// docs.joinmastodon.org/methods/annual_reports/. A member sees their own and nobody else's; there
/// is nothing to share, so `share_url` is null.
namespace api {
namespace {

using State = outbox::AnnualReportState;

std::optional<int> year_in(const http::Call& call) {
    const auto text = call.param("year");
    int year = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
    const bool is_year = text.size() == 4 && error == std::errc{} && end == text.data() + 4;
    if (!is_year || year < 1'970) return std::nullopt;
    return year;
}

// A post that is gone meanwhile is named no more.
Json report_entity(const db::AnnualReport& report, const std::vector<StatusText>& shown) {
    auto data = report.data;
    auto& top = data.at("top_statuses").at("by_reblogs");
    const bool is_shown = std::any_of(shown.begin(), shown.end(), [&](const StatusText& status) {
        return top == to_string(status.id);
    });
    if (!is_shown) top = nullptr;
    return {{"year", report.year},
            {"account_id", to_string(report.account)},
            {"data", std::move(data)},
            {"schema_version", report.schema_version},
            {"share_url", nullptr}};
}

http::Response wrapped(const Api& api,
                       db::Tx& tx,
                       AccountId me,
                       const std::vector<db::AnnualReport>& reports) {
    std::vector<StatusId> ids;
    for (const auto& report : reports) {
        const auto& top = report.data.at("top_statuses").at("by_reblogs");
        if (!top.is_string()) continue;
        if (const auto id = parse_id(top.get<std::string>())) ids.push_back(StatusId{*id});
    }
    const auto statuses = render_visible_statuses(api, tx, ids, me);
    Json entities = Json::array();
    for (const auto& report : reports)
        entities.push_back(report_entity(report, statuses));
    std::vector<std::string> texts;
    for (const auto& status : statuses)
        texts.push_back(status.text);
    std::string body = "{}";
    add_member(body, "annual_reports", dump_json(entities));
    add_member(body, "accounts", array_text(render_accounts(api, tx, {me})));
    add_member(body, "statuses", array_text(texts));
    return json_text_response(std::move(body));
}

// GET /api/v1/annual_reports: those that the member has not looked at yet.
Result<http::Response> list(const Api& api, const http::Call& call) {
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    return wrapped(api, tx, call.me(), db::annual_reports::list_unseen(tx, call.me()));
}

// GET /api/v1/annual_reports/:year
Result<http::Response> show(const Api& api, const http::Call& call) {
    const auto year = year_in(call);
    if (!year) return not_found("no year");
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto report = db::annual_reports::find(tx, call.me(), *year);
    if (!report) return not_found("no report of that year");
    return wrapped(api, tx, call.me(), {*report});
}

// POST /api/v1/annual_reports/:year/read
Result<http::Response> mark_read(const Api& api, const http::Call& call) {
    const auto year = year_in(call);
    if (!year) return not_found("no year");
    db::Tx tx(api.deps.pool);
    if (!db::annual_reports::find(tx, call.me(), *year)) return not_found("no report of that year");
    db::annual_reports::set_viewed(tx, call.me(), *year, api.now());
    tx.commit();
    return empty_response();
}

// GET /api/v1/annual_reports/:year/state
Result<http::Response> show_state(const Api& api, const http::Call& call) {
    constexpr std::array<const char*, 4> names{"available", "generating", "eligible", "ineligible"};
    const auto year = year_in(call);
    db::Tx tx(api.deps.pool, db::Durability::PerStatement);
    const auto state =
        year ? outbox::annual_report_state(tx, call.me(), *year, api.now()) : State::Ineligible;
    auto response = http::json_response({{"state", names.at(static_cast<std::size_t>(state))}});
    if (state == State::Generating) announce_report(response, *year);
    return response;
}

// POST /api/v1/annual_reports/:year/generate: 202 while it is made, 200 when there is nothing to
// do.
Result<http::Response> generate(const Api& api, const http::Call& call) {
    const auto year = year_in(call);
    if (!year) return empty_response();
    db::Tx tx(api.deps.pool);
    const auto state = outbox::request_annual_report(tx, call.me(), *year, api.now());
    tx.commit();
    auto response = empty_response();
    if (state == State::Generating) {
        response.status = 202;
        announce_report(response, *year);
    }
    return response;
}

} // namespace

std::span<const Row> annual_report_rows() {
    using enum http::Access;
    static constexpr std::array rows{
        Row{"GET", "/api/v1/annual_reports", Token, "read:accounts", list},
        Row{"GET", "/api/v1/annual_reports/{year}", Token, "read:accounts", show},
        Row{"POST", "/api/v1/annual_reports/{year}/read", Token, "write:accounts", mark_read},
        Row{"GET", "/api/v1/annual_reports/{year}/state", Token, "read:accounts", show_state},
        Row{"POST", "/api/v1/annual_reports/{year}/generate", Token, "write:accounts", generate},
    };
    return rows;
}

} // namespace api
