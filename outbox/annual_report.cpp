#include "outbox/annual_report.h"

#include "db/accounts.h"
#include "db/jobs.h"
#include "jobs/queue.h"

#include <string>
#include <string_view>

namespace outbox {
namespace {

constexpr auto job_kind = "annual_report";
// So many posts in a year, boosts and answers counted, are not a quiet reader's.
constexpr std::int64_t busy = 100;

int year_of(Time at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    return static_cast<int>(std::chrono::year_month_day{day}.year());
}

db::YearSpan span_of(int year) {
    using std::chrono::January;
    const std::chrono::year begin{year};
    return {.begin = Time{std::chrono::sys_days{begin / January / 1}},
            .end = Time{std::chrono::sys_days{(begin + std::chrono::years{1}) / January / 1}}};
}

bool is_offered(int year, Time now) {
    return year == year_of(now) || year == year_of(now) - 1;
}

// A report of a whole year is final.
bool is_current(const db::AnnualReport& report, Time now) {
    return report.generated_at >= span_of(report.year).end ||
           now - report.generated_at < annual_report_lifetime;
}

std::string payload_of(AccountId account, int year) {
    return to_string(account) + ":" + std::to_string(year);
}

std::string_view archetype_of(const db::YearCounts& counts) {
    if (counts.total() < busy) return "lurker";
    if (counts.boosts > 2 * counts.own) return "booster";
    if (10 * counts.polls > counts.own) return "pollster";
    if (counts.answers > 2 * counts.own) return "replier";
    return "oracle";
}

Json time_series(const db::annual_reports::Months& posts,
                 const db::annual_reports::Months& followers) {
    Json series = Json::array();
    for (std::size_t i = 0; i < posts.size(); ++i) {
        series.push_back(
            {{"month", i + 1}, {"statuses", posts.at(i)}, {"followers", followers.at(i)}});
    }
    return series;
}

void run(db::Tx& tx, std::string_view payload, Time now) {
    const auto colon = payload.find(':');
    if (colon == std::string_view::npos) return;
    const auto id = parse_id(payload.substr(0, colon));
    const auto year = parse_id(payload.substr(colon + 1));
    if (!id || !year) return;
    const auto account = db::accounts::find(tx, AccountId{*id});
    // Left meanwhile.
    if (!account || !account->is_local() || !account->is_visible()) return;
    db::annual_reports::put(tx, make_annual_report(tx, account->id, static_cast<int>(*year), now));
}

} // namespace

AnnualReportState annual_report_state(db::Tx& tx, AccountId account, int year, Time now) {
    using enum AnnualReportState;
    if (db::jobs::exists(tx, job_kind, payload_of(account, year))) return Generating;
    const auto report = db::annual_reports::find(tx, account, year);
    if (report && is_current(*report, now)) return Available;
    const bool may_be_made =
        is_offered(year, now) && db::annual_reports::is_on(tx) &&
        db::annual_reports::count_posts(tx, account, span_of(year)).total() > 0;
    if (may_be_made) return Eligible;
    return report ? Available : Ineligible;
}

AnnualReportState request_annual_report(db::Tx& tx, AccountId account, int year, Time now) {
    const auto state = annual_report_state(tx, account, year, now);
    if (state != AnnualReportState::Eligible) return state;
    jobs::enqueue(tx, {.kind = job_kind, .lane = "", .payload = payload_of(account, year)});
    return AnnualReportState::Generating;
}

db::AnnualReport make_annual_report(db::Tx& tx, AccountId account, int year, Time now) {
    namespace reports = db::annual_reports;
    const auto span = span_of(year);
    Json hashtags = Json::array();
    if (const auto tag = reports::top_hashtag(tx, account, span))
        hashtags.push_back({{"name", tag->name}, {"count", tag->count}});
    const auto boosted = reports::most_boosted(tx, account, span);
    return {.account = account,
            .year = year,
            .schema_version = annual_report_schema,
            .data = {{"archetype", archetype_of(reports::count_posts(tx, account, span))},
                     {"time_series",
                      time_series(reports::posts_per_month(tx, account, span),
                                  reports::followers_per_month(tx, account, span))},
                     {"top_hashtags", hashtags},
                     {"top_statuses",
                      {{"by_reblogs", boosted ? Json(to_string(boosted)) : Json()},
                       {"by_favourites", nullptr},
                       {"by_replies", nullptr}}}},
            .generated_at = now};
}

jobs::Kind annual_report_job(Clock clock) {
    return {.name = job_kind, .prepare = [clock](std::span<const jobs::Claimed> batch) {
                std::vector<Result<jobs::Apply>> steps;
                for (const auto& job : batch) {
                    steps.emplace_back(jobs::Apply(
                        [clock, payload = job.payload](db::Tx& tx) { run(tx, payload, clock()); }));
                }
                return steps;
            }};
}

} // namespace outbox
