#include "db/usage.h"

#include "db/query.h"

namespace db::usage {
namespace {

constexpr auto select_usage = R"sql(
    SELECT count(*),
        count(*) FILTER (WHERE u.last_active_at > now() - interval '30 days'),
        count(*) FILTER (WHERE u.last_active_at > now() - interval '180 days'),
        COALESCE(sum(a.statuses_count), 0)::bigint,
        (SELECT count(*) FROM peers WHERE level IN ('member', 'partner', 'guest'))
    FROM users u JOIN accounts a ON a.id = u.account_id
    WHERE u.state = 'active' AND a.deleted_at IS NULL AND a.suspended_at IS NULL
)sql";

constexpr auto select_answers = R"sql(
    SELECT count(*) FROM statuses
    WHERE local AND in_reply_to_uri <> '' AND visibility IN ('public', 'unlisted')
)sql";
// Ids begin with the time of the post, so a week is a range of the key.
constexpr auto select_weekly = R"sql(
    WITH weeks AS (
        SELECT (date_trunc('week', now() AT TIME ZONE 'UTC') - n * interval '1 week')
                   AT TIME ZONE 'UTC' AS since
        FROM generate_series(0, $1::int - 1) AS n
    )
    SELECT extract(epoch FROM since)::bigint,
        (SELECT count(*) FROM statuses s
         WHERE s.visibility = 'public' AND s.reblog_of_id IS NULL AND s.local
           AND s.id >= extract(epoch FROM since)::bigint * 1000 << 16
           AND s.id < extract(epoch FROM since + interval '1 week')::bigint * 1000 << 16),
        (SELECT count(*) FROM member_weeks m
         WHERE m.week = (since AT TIME ZONE 'UTC')::date),
        (SELECT count(*) FROM users u
         WHERE u.created_at >= since AND u.created_at < since + interval '1 week')
    FROM weeks ORDER BY since DESC
)sql";
constexpr auto delete_weeks = "DELETE FROM member_weeks WHERE week < $1::timestamptz::date";

WeekOfUse read_week(Columns c) {
    WeekOfUse week;
    week.begins = c.number();
    week.statuses = c.number();
    week.logins = c.number();
    week.registrations = c.number();
    return week;
}

} // namespace

std::int64_t count_answers(Tx& tx) {
    return Columns(exec(tx, select_answers).front()).number();
}

Usage load(Tx& tx) {
    const auto rows = exec(tx, select_usage);
    Columns c(rows.front());
    Usage usage;
    usage.members = c.number();
    usage.active_month = c.number();
    usage.active_half_year = c.number();
    usage.statuses = c.number();
    usage.peers = c.number();
    return usage;
}

std::vector<WeekOfUse> weekly(Tx& tx, int weeks) {
    return rows_of(exec(tx, select_weekly, weeks), read_week);
}

void forget_weeks_before(Tx& tx, Time time) {
    exec(tx, delete_weeks, time);
}

} // namespace db::usage
