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

constexpr auto select_acts = R"sql(
    SELECT at, actor, act, subject, verdict, filter, reason, rule_version, details
    FROM audit_log WHERE subject = $1 AND act = ANY ($2::text[]) ORDER BY id DESC LIMIT 1000
)sql";
// Duties are noted under the account's id, roles under its uri. The command line names nobody, so
// it may have been the giver; but on the first day somebody has to set the house up.
constexpr auto select_power = R"sql(
    SELECT 1 FROM audit_log
    WHERE subject = ANY (ARRAY[$2::text, $3::text]) AND at >= $4
      AND (act = 'duty.give' OR starts_with(act, 'account.role.'))
      AND (actor = $1
           OR (actor = 'command line'
               AND at > (SELECT f.at FROM audit_log f ORDER BY f.id LIMIT 1) + interval '1 day'))
    LIMIT 1
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

std::vector<AuditEntry> list_acts(Tx& tx,
                                  std::string_view subject,
                                  const std::vector<std::string>& acts) {
    return rows_of(exec(tx, select_acts, subject, acts), read);
}

bool gave_power(
    Tx& tx, std::string_view giver, AccountId member, std::string_view member_uri, Time since) {
    return !exec(tx, select_power, giver, to_string(member), member_uri, since).empty();
}

} // namespace db::audit_log
