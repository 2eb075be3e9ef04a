#include "db/audit_log.h"

#include "db/query.h"

namespace db::audit_log {
namespace {

AuditEntry read(Columns c) {
    AuditEntry entry;
    entry.at = c.time();
    entry.actor = c.text();
    entry.act = c.text();
    entry.subject = c.text();
    entry.verdict = c.text();
    entry.filter = c.text();
    entry.reason = c.text();
    entry.rule_version = c.small();
    entry.details = c.json();
    return entry;
}

constexpr auto insert_one = R"sql(
    INSERT INTO audit_log (at, actor, act, subject, verdict, filter, reason, rule_version, details)
    VALUES (coalesce($1::timestamptz, now()), $2, $3, $4, $5, $6, $7, $8, $9)
)sql";
constexpr auto select_by_subject = R"sql(
    SELECT at, actor, act, subject, verdict, filter, reason, rule_version, details
    FROM audit_log WHERE subject = $1 ORDER BY id DESC LIMIT 100
)sql";

constexpr auto select_verdicts = R"sql(
    SELECT at, actor, act, subject, verdict, filter, reason, rule_version, details
    FROM (
        (SELECT * FROM audit_log WHERE act IN ('verdict', 'observed') AND details->>'id' = $1
         ORDER BY id DESC LIMIT 100)
        UNION
        (SELECT * FROM audit_log WHERE act IN ('verdict', 'observed') AND details->>'post' = $1
         ORDER BY id DESC LIMIT 100)
        UNION
        (SELECT * FROM audit_log WHERE act IN ('verdict', 'observed') AND subject = $1
         ORDER BY id DESC LIMIT 100)
    ) AS found
    ORDER BY id DESC LIMIT 100
)sql";

} // namespace

void insert(Tx& tx, const AuditEntry& entry) {
    std::optional<Time> at;
    if (entry.at != Time{}) at = entry.at;
    exec(tx,
         insert_one,
         at,
         entry.actor,
         entry.act,
         entry.subject,
         entry.verdict,
         entry.filter,
         entry.reason,
         entry.rule_version,
         entry.details);
}

std::vector<AuditEntry> list_by_subject(Tx& tx, std::string_view subject) {
    return rows_of(exec(tx, select_by_subject, subject), read);
}

std::vector<AuditEntry> list_verdicts(Tx& tx, std::string_view uri) {
    return rows_of(exec(tx, select_verdicts, uri), read);
}

} // namespace db::audit_log
