#include "db/measures.h"

#include "db/query.h"

#include <algorithm>
#include <array>

namespace db::measures {
namespace {

/// What a statement is about beside its span ($1 and $2): nothing, a host ($3) or a tag ($3).
enum class Subject { Everything, Host, Tag };

struct Statement {
    std::string_view key;
    Subject subject;
    const char* sql;
};

// Ids are ordered by time (0001): a span of time is a range of the primary key.
constexpr auto active_users = R"sql(
    SELECT day::timestamp AT TIME ZONE 'UTC', count(*) FROM active_days
    WHERE day >= ($1::timestamptz AT TIME ZONE 'UTC')::date
        AND day < ($2::timestamptz AT TIME ZONE 'UTC')::date
    GROUP BY day
)sql";
constexpr auto new_users = R"sql(
    SELECT date_trunc('day', created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', count(*)
    FROM users WHERE created_at >= $1 AND created_at < $2 GROUP BY 1
)sql";
// Favourites, boosts and replies that our members made.
constexpr auto interactions = R"sql(
    SELECT date_trunc('day', to_timestamp((id >> 16) / 1000.0) AT TIME ZONE 'UTC')
        AT TIME ZONE 'UTC', count(*)
    FROM (SELECT f.id FROM favourites f JOIN users u USING (account_id)
          WHERE f.id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
              AND f.id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
          UNION ALL
          SELECT s.id FROM statuses s
          WHERE s.local AND (s.reblog_of_id IS NOT NULL OR s.in_reply_to_id IS NOT NULL)
              AND s.id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
              AND s.id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16) AS made
    GROUP BY 1
)sql";
constexpr auto opened_reports = R"sql(
    SELECT date_trunc('day', created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', count(*)
    FROM reports WHERE created_at >= $1 AND created_at < $2 GROUP BY 1
)sql";
constexpr auto resolved_reports = R"sql(
    SELECT date_trunc('day', resolved_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', count(*)
    FROM reports WHERE resolved_at >= $1 AND resolved_at < $2 GROUP BY 1
)sql";

constexpr auto tag_uses = R"sql(
    SELECT date_trunc('day', to_timestamp((s.id >> 16) / 1000.0) AT TIME ZONE 'UTC')
        AT TIME ZONE 'UTC', count(*)
    FROM status_tags t JOIN statuses s ON s.id = t.status_id
    WHERE t.tag_id = $3 AND s.visibility = 'public'
        AND t.status_id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND t.status_id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1
)sql";
constexpr auto tag_accounts = R"sql(
    SELECT date_trunc('day', to_timestamp((s.id >> 16) / 1000.0) AT TIME ZONE 'UTC')
        AT TIME ZONE 'UTC', count(DISTINCT s.account_id)
    FROM status_tags t JOIN statuses s ON s.id = t.status_id
    WHERE t.tag_id = $3 AND s.visibility = 'public'
        AND t.status_id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND t.status_id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1
)sql";
constexpr auto tag_servers = R"sql(
    SELECT date_trunc('day', to_timestamp((s.id >> 16) / 1000.0) AT TIME ZONE 'UTC')
        AT TIME ZONE 'UTC', count(DISTINCT a.host)
    FROM status_tags t JOIN statuses s ON s.id = t.status_id JOIN accounts a ON a.id = s.account_id
    WHERE t.tag_id = $3 AND s.visibility = 'public'
        AND t.status_id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND t.status_id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1
)sql";

constexpr auto instance_accounts = R"sql(
    SELECT date_trunc('day', to_timestamp((id >> 16) / 1000.0) AT TIME ZONE 'UTC')
        AT TIME ZONE 'UTC', count(*)
    FROM accounts
    WHERE host = $3 AND id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1
)sql";
constexpr auto instance_statuses = R"sql(
    SELECT date_trunc('day', s.created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', count(*)
    FROM accounts a JOIN statuses s ON s.account_id = a.id
    WHERE a.host = $3 AND s.id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND s.id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1
)sql";
constexpr auto instance_reports = R"sql(
    SELECT date_trunc('day', r.created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', count(*)
    FROM reports r JOIN accounts a ON a.id = r.target_id
    WHERE a.host = $3 AND r.created_at >= $1 AND r.created_at < $2
    GROUP BY 1
)sql";
constexpr auto instance_follows = R"sql(
    SELECT date_trunc('day', f.created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', count(*)
    FROM follows f JOIN accounts a ON a.id = f.followed_id
    WHERE a.host = $3 AND f.accepted AND f.created_at >= $1 AND f.created_at < $2
    GROUP BY 1
)sql";
constexpr auto instance_followers = R"sql(
    SELECT date_trunc('day', f.created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', count(*)
    FROM follows f JOIN accounts a ON a.id = f.follower_id
    WHERE a.host = $3 AND f.accepted AND f.created_at >= $1 AND f.created_at < $2
    GROUP BY 1
)sql";

constexpr std::array counts{
    Statement{"active_users", Subject::Everything, active_users},
    Statement{"new_users", Subject::Everything, new_users},
    Statement{"interactions", Subject::Everything, interactions},
    Statement{"opened_reports", Subject::Everything, opened_reports},
    Statement{"resolved_reports", Subject::Everything, resolved_reports},
    Statement{"tag_accounts", Subject::Tag, tag_accounts},
    Statement{"tag_uses", Subject::Tag, tag_uses},
    Statement{"tag_servers", Subject::Tag, tag_servers},
    Statement{"instance_accounts", Subject::Host, instance_accounts},
    Statement{"instance_statuses", Subject::Host, instance_statuses},
    Statement{"instance_reports", Subject::Host, instance_reports},
    Statement{"instance_follows", Subject::Host, instance_follows},
    Statement{"instance_followers", Subject::Host, instance_followers},
};

constexpr auto active_in_span = R"sql(
    SELECT count(DISTINCT account_id) FROM active_days
    WHERE day >= ($1::timestamptz AT TIME ZONE 'UTC')::date
        AND day < ($2::timestamptz AT TIME ZONE 'UTC')::date
)sql";

// Shares: $1 and $2 the span, $3 the limit, $4 the subject.
constexpr auto languages = R"sql(
    SELECT locale, count(*) FROM users
    WHERE state = 'active' AND last_active_at >= $1 AND created_at < $2
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3
)sql";
constexpr auto sources = R"sql(
    SELECT coalesce(p.name, ''), count(*)
    FROM users u LEFT JOIN oauth_apps p ON p.id = u.sign_up_app_id
    WHERE u.created_at >= $1 AND u.created_at < $2
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3
)sql";
constexpr auto servers = R"sql(
    SELECT a.host, count(*) FROM statuses s JOIN accounts a ON a.id = s.account_id
    WHERE s.id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND s.id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3
)sql";
constexpr auto servers_of_tag = R"sql(
    SELECT a.host, count(*)
    FROM status_tags t JOIN statuses s ON s.id = t.status_id JOIN accounts a ON a.id = s.account_id
    WHERE t.tag_id = $4 AND s.visibility = 'public'
        AND t.status_id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND t.status_id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3
)sql";
constexpr auto languages_of_tag = R"sql(
    SELECT s.language, count(*)
    FROM status_tags t JOIN statuses s ON s.id = t.status_id
    WHERE t.tag_id = $4 AND s.visibility = 'public'
        AND t.status_id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND t.status_id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3
)sql";
constexpr auto accounts_of_host = R"sql(
    SELECT a.username, count(*) FROM accounts a JOIN statuses s ON s.account_id = a.id
    WHERE a.host = $4 AND s.id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND s.id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3
)sql";
constexpr auto languages_of_host = R"sql(
    SELECT s.language, count(*) FROM accounts a JOIN statuses s ON s.account_id = a.id
    WHERE a.host = $4 AND s.id >= (extract(epoch FROM $1::timestamptz) * 1000)::bigint << 16
        AND s.id < (extract(epoch FROM $2::timestamptz) * 1000)::bigint << 16
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3
)sql";

constexpr std::array divisions{
    Statement{"languages", Subject::Everything, languages},
    Statement{"sources", Subject::Everything, sources},
    Statement{"servers", Subject::Everything, servers},
    Statement{"tag_servers", Subject::Tag, servers_of_tag},
    Statement{"tag_languages", Subject::Tag, languages_of_tag},
    Statement{"instance_accounts", Subject::Host, accounts_of_host},
    Statement{"instance_languages", Subject::Host, languages_of_host},
};

constexpr auto select_bytes = "SELECT pg_database_size(current_database())";
constexpr auto select_version = "SELECT current_setting('server_version')";

// Who joined in which period, and who of them was here in which later one.
constexpr auto select_retention = R"sql(
    WITH cohorts AS (
        SELECT date_trunc($3, created_at AT TIME ZONE 'UTC') AS cohort, account_id
        FROM users
        WHERE created_at >= date_trunc($3, $1::timestamptz AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
            AND created_at < $2
    ), periods AS (
        SELECT generate_series(date_trunc($3, $1::timestamptz AT TIME ZONE 'UTC'),
                               $2::timestamptz AT TIME ZONE 'UTC' - interval '1 microsecond',
                               ('1 ' || $3)::interval) AS period
    ), here AS (
        SELECT DISTINCT date_trunc($3, day::timestamp) AS period, account_id FROM active_days
        WHERE day >= date_trunc($3, $1::timestamptz AT TIME ZONE 'UTC')::date
    )
    SELECT c.period AT TIME ZONE 'UTC', p.period AT TIME ZONE 'UTC',
        (SELECT count(*) FROM cohorts WHERE cohort = c.period),
        (SELECT count(*) FROM cohorts j JOIN here h USING (account_id)
         WHERE j.cohort = c.period AND h.period = p.period)
    FROM periods c JOIN periods p ON p.period >= c.period
    ORDER BY 1, 2
)sql";

DayCount read_day(Columns c) {
    DayCount day;
    day.day = c.time();
    day.value = c.number();
    return day;
}

Share read_share(Columns c) {
    Share share;
    share.key = c.text();
    share.value = c.number();
    return share;
}

Retention read_retention(Columns c) {
    Retention row;
    row.cohort = c.time();
    row.period = c.time();
    row.joined = c.number();
    row.active = c.number();
    return row;
}

template <typename Statements>
const Statement* find_statement(const Statements& statements, std::string_view key) {
    const auto found = std::ranges::find(statements, key, &Statement::key);
    return found == statements.end() ? nullptr : &*found;
}

template <typename... Args>
pqxx::result run_about(Tx& tx,
                       const Statement& statement,
                       const About& about,
                       const Args&... args) {
    switch (statement.subject) {
    case Subject::Host:
        return exec(tx, statement.sql, args..., about.host);
    case Subject::Tag:
        return exec(tx, statement.sql, args..., about.tag);
    case Subject::Everything:
        break;
    }
    return exec(tx, statement.sql, args...);
}

} // namespace

std::optional<std::vector<DayCount>> count(Tx& tx,
                                           std::string_view key,
                                           const Span& span,
                                           const About& about) {
    const auto* const statement = find_statement(counts, key);
    if (statement == nullptr) return std::nullopt;
    return rows_of(run_about(tx, *statement, about, span.start, span.end), read_day);
}

std::int64_t count_active_users(Tx& tx, const Span& span) {
    return Columns(exec(tx, active_in_span, span.start, span.end).front()).number();
}

std::optional<std::vector<Share>> divide(
    Tx& tx, std::string_view key, const Span& span, const About& about, int limit) {
    const auto* const statement = find_statement(divisions, key);
    if (statement == nullptr) return std::nullopt;
    return rows_of(run_about(tx, *statement, about, span.start, span.end, limit), read_share);
}

std::int64_t database_bytes(Tx& tx) {
    return Columns(exec(tx, select_bytes).front()).number();
}

std::string database_version(Tx& tx) {
    return Columns(exec(tx, select_version).front()).text();
}

std::vector<Retention> retention(Tx& tx, const Span& span, std::string_view unit) {
    return rows_of(exec(tx, select_retention, span.start, span.end, unit), read_retention);
}

} // namespace db::measures
