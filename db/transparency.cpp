#include "db/transparency.h"

#include "db/query.h"

namespace db::transparency {
namespace {

constexpr auto count_verdicts = R"sql(
    SELECT verdict, filter, reason, count(*) FROM audit_log
    WHERE act = 'verdict' AND at >= $1 AND at < $2
    GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
)sql";
constexpr auto count_refusals = R"sql(
    SELECT 'refused', '', reason, sum(count)::bigint FROM door_refusals
    WHERE hour >= $1 AND hour < $2 GROUP BY 3 ORDER BY 4 DESC, 3
)sql";
constexpr auto count_acts = R"sql(
    SELECT act, '', '', count(*) FROM audit_log
    WHERE act NOT IN ('verdict', 'observed') AND at >= $1 AND at < $2
    GROUP BY 1 ORDER BY 4 DESC, 1
)sql";
constexpr auto count_peers = R"sql(
    SELECT level::text, '', '', count(*) FROM peers GROUP BY 1 ORDER BY 1
)sql";
constexpr auto select_reports = R"sql(
    SELECT count(*) FILTER (WHERE created_at >= $1 AND created_at < $2),
           count(*) FILTER (WHERE resolved_at >= $1 AND resolved_at < $2),
           COALESCE(percentile_cont(0.5) WITHIN GROUP (
               ORDER BY extract(epoch FROM resolved_at - created_at) / 3600)
               FILTER (WHERE resolved_at >= $1 AND resolved_at < $2), 0)
    FROM reports
)sql";
constexpr auto find_early = "SELECT 1 FROM audit_log WHERE at < $1 LIMIT 1";
constexpr auto insert_month = R"sql(
    INSERT INTO transparency_months (month, figures, made_at) VALUES ($1::date, $2, $3)
    ON CONFLICT DO NOTHING
)sql";
constexpr auto find_month = "SELECT 1 FROM transparency_months WHERE month = $1::date";
constexpr auto select_months = R"sql(
    SELECT month::text, figures FROM transparency_months ORDER BY month DESC LIMIT $1
)sql";

Count read(Columns c) {
    Count count;
    count.what = c.text();
    count.filter = c.text();
    count.reason = c.text();
    count.count = c.number();
    return count;
}

Month read_month(Columns c) {
    Month month;
    month.month = c.text();
    month.figures = c.json();
    return month;
}

} // namespace

std::vector<Count> verdicts(Tx& tx, Time from, Time until) {
    return rows_of(exec(tx, count_verdicts, from, until), read);
}

std::vector<Count> refusals(Tx& tx, Time from, Time until) {
    return rows_of(exec(tx, count_refusals, from, until), read);
}

std::vector<Count> acts(Tx& tx, Time from, Time until) {
    return rows_of(exec(tx, count_acts, from, until), read);
}

Reports reports(Tx& tx, Time from, Time until) {
    Columns c(exec(tx, select_reports, from, until).front());
    Reports reports;
    reports.made = c.number();
    reports.decided = c.number();
    reports.median_hours = c.real();
    return reports;
}

bool is_empty_before(Tx& tx, Time until) {
    return exec(tx, find_early, until).empty();
}

std::vector<Count> peers(Tx& tx) {
    return rows_of(exec(tx, count_peers), read);
}

void put(Tx& tx, std::string_view month, const Json& figures, Time now) {
    exec(tx, insert_month, month, figures, now);
}

bool has(Tx& tx, std::string_view month) {
    return !exec(tx, find_month, month).empty();
}

std::vector<Month> list(Tx& tx, int limit) {
    return rows_of(exec(tx, select_months, limit), read_month);
}

} // namespace db::transparency
