#include "db/reports.h"

#include "db/query.h"

namespace db::reports {
namespace {

Report read(Columns c) {
    Report report;
    report.id = c.id<ReportId>();
    report.target = c.id<AccountId>();
    report.reporter = c.id<AccountId>();
    report.host = c.text();
    report.uri = c.text();
    report.comment = c.text();
    report.statuses = c.ids<StatusId>();
    report.category = c.text();
    report.forwarded = c.flag();
    report.created_at = c.time();
    report.resolved_at = c.maybe_time();
    return report;
}

constexpr auto insert_one = R"sql(
    INSERT INTO reports (target_id, reporter_id, host, uri, comment, status_ids, category,
        forwarded, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    RETURNING id
)sql";
constexpr auto select_one = R"sql(
    SELECT id, target_id, reporter_id, host, uri, comment, status_ids, category, forwarded,
        created_at, resolved_at
    FROM reports WHERE id = $1
)sql";
constexpr auto select_recent =
    "SELECT 1 FROM reports WHERE host = $1 AND target_id = $2 AND created_at >= $3 LIMIT 1";

} // namespace

ReportId insert(Tx& tx, const Report& report) {
    const auto rows = exec(tx,
                           insert_one,
                           report.target,
                           or_null(report.reporter),
                           report.host,
                           report.uri,
                           report.comment,
                           report.statuses,
                           report.category,
                           report.forwarded,
                           report.created_at);
    return Columns(rows.front()).id<ReportId>();
}

std::optional<Report> find(Tx& tx, ReportId id) {
    return first_of(exec(tx, select_one, id), read);
}

bool exists_since(Tx& tx, std::string_view host, AccountId target, Time since) {
    return !exec(tx, select_recent, host, target, since).empty();
}

} // namespace db::reports
