#include "db/reports.h"

#include "db/paged.h"

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
    report.resolved_by = c.id<AccountId>();
    report.assigned = c.id<AccountId>();
    report.updated_at = c.time();
    report.of_case = c.id<CaseId>();
    report.sender = c.id<AccountId>();
    report.asks_forward = c.flag();
    report.clause = c.text();
    report.sender_case = c.text();
    report.content_kept = c.flag();
    return report;
}

constexpr auto insert_one = R"sql(
    INSERT INTO reports (target_id, reporter_id, host, uri, comment, status_ids, category,
        forwarded, created_at, case_id, sender_id, asks_forward, clause, sender_case, content_kept)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    RETURNING id
)sql";
constexpr Sql select = R"sql(
    SELECT id, target_id, reporter_id, host, uri, comment, status_ids, category, forwarded,
        created_at, resolved_at, resolved_by_id, assigned_id, updated_at, case_id, sender_id,
        asks_forward, clause, sender_case, content_kept
    FROM reports
)sql";
constexpr auto select_one = select + Sql("WHERE id = $1");
constexpr auto of_filter = paged(select + Sql(R"sql(
    WHERE (resolved_at IS NOT NULL) = $1 AND ($5::bigint = 0 OR reporter_id = $5)
        AND ($6::bigint = 0 OR target_id = $6) AND id < $2 AND id > $3
        AND ($7::bigint = 0
             OR looks_after($7, target_id, ($8::timestamptz AT TIME ZONE 'UTC')::date))
        AND target_id <> $9
)sql"));
constexpr auto update_category = "UPDATE reports SET category = $2, updated_at = $3 WHERE id = $1";
constexpr auto update_resolved = R"sql(
    UPDATE reports SET resolved_at = $3, resolved_by_id = $2, updated_at = $3
    WHERE id = $1 AND resolved_at IS NULL
)sql";
constexpr auto update_case_resolved = R"sql(
    UPDATE reports SET resolved_at = $3, resolved_by_id = $2, updated_at = $3
    WHERE case_id = $1 AND resolved_at IS NULL
)sql";
constexpr auto update_case_reopened = R"sql(
    UPDATE reports SET resolved_at = NULL, resolved_by_id = NULL, updated_at = $2
    WHERE case_id = $1
)sql";
constexpr auto update_case_assigned =
    "UPDATE reports SET assigned_id = $2, updated_at = $3 WHERE case_id = $1";
constexpr auto update_case_forwarded =
    "UPDATE reports SET forwarded = true, updated_at = $2 WHERE case_id = $1";
constexpr auto update_case = "UPDATE reports SET case_id = $2 WHERE id = $1";
constexpr auto by_reporter = select + Sql("WHERE reporter_id = $1 ORDER BY id DESC LIMIT $2");
constexpr auto of_case = select + Sql("WHERE case_id = $1 ORDER BY id LIMIT $2");
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
                           report.created_at,
                           or_null(report.of_case),
                           or_null(report.sender),
                           report.asks_forward,
                           report.clause,
                           report.sender_case,
                           report.content_kept);
    return Columns(rows.front()).id<ReportId>();
}

std::optional<Report> find(Tx& tx, ReportId id) {
    return first_of(exec(tx, select_one.text, id), read);
}

std::vector<Report> list(Tx& tx, const Filter& filter, const Page& page) {
    return page_of(tx,
                   of_filter,
                   read,
                   page,
                   filter.resolved,
                   filter.reporter,
                   filter.target,
                   filter.looked_after_by,
                   filter.today,
                   filter.not_about);
}

void set_category(Tx& tx, ReportId id, std::string_view category, Time at) {
    exec(tx, update_category, id, category, at);
}

void resolve(Tx& tx, ReportId id, AccountId moderator, Time at) {
    exec(tx, update_resolved, id, or_null(moderator), at);
}

void resolve_case(Tx& tx, CaseId id, AccountId moderator, Time at) {
    exec(tx, update_case_resolved, id, or_null(moderator), at);
}

void reopen_case(Tx& tx, CaseId id, Time at) {
    exec(tx, update_case_reopened, id, at);
}

void assign_case(Tx& tx, CaseId id, AccountId moderator, Time at) {
    exec(tx, update_case_assigned, id, or_null(moderator), at);
}

void mark_forwarded(Tx& tx, CaseId id, Time at) {
    exec(tx, update_case_forwarded, id, at);
}

void set_case(Tx& tx, ReportId report, CaseId id) {
    exec(tx, update_case, report, id);
}

std::vector<Report> list_by(Tx& tx, AccountId reporter, int limit) {
    return rows_of(exec(tx, by_reporter.text, reporter, limit), read);
}

std::vector<Report> list_of_case(Tx& tx, CaseId id, int limit) {
    return rows_of(exec(tx, of_case.text, id, limit), read);
}

bool exists_since(Tx& tx, std::string_view host, AccountId target, Time since) {
    return !exec(tx, select_recent, host, target, since).empty();
}

} // namespace db::reports
