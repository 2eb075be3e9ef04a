#include "db/annual_reports.h"

#include "db/instance_values.h"
#include "db/query.h"

namespace db::annual_reports {
namespace {

constexpr auto value_name = "annual_reports";
constexpr auto off_value = "off";

constexpr auto select_report = R"sql(
    SELECT account_id, year, schema_version, data, generated_at, viewed_at
    FROM annual_reports WHERE account_id = $1 AND year = $2
)sql";
constexpr auto select_unseen = R"sql(
    SELECT account_id, year, schema_version, data, generated_at, viewed_at
    FROM annual_reports WHERE account_id = $1 AND viewed_at IS NULL ORDER BY year DESC
)sql";
constexpr auto upsert_report = R"sql(
    INSERT INTO annual_reports (account_id, year, schema_version, data, generated_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account_id, year) DO UPDATE
        SET schema_version = excluded.schema_version, data = excluded.data,
            generated_at = excluded.generated_at, viewed_at = NULL
)sql";
constexpr auto update_viewed = R"sql(
    UPDATE annual_reports SET viewed_at = $3
    WHERE account_id = $1 AND year = $2 AND viewed_at IS NULL
)sql";

constexpr auto delete_reports = "DELETE FROM annual_reports WHERE account_id = $1";

// Ids begin with milliseconds: a year is a range of the index on (account_id, id).
constexpr auto select_counts = R"sql(
    SELECT count(*) FILTER (WHERE s.reblog_of_id IS NOT NULL),
        count(*) FILTER (WHERE s.reblog_of_id IS NULL AND s.in_reply_to_uri <> ''
                           AND s.in_reply_to_account_id IS DISTINCT FROM s.account_id),
        count(*) FILTER (WHERE s.reblog_of_id IS NULL AND s.in_reply_to_uri = ''),
        count(*) FILTER (WHERE s.poll_id IS NOT NULL)
    FROM statuses s
    WHERE s.account_id = $1 AND s.id >= $2 AND s.id < $3 AND s.visibility IN ('public', 'unlisted')
)sql";
constexpr auto select_post_months = R"sql(
    SELECT extract(month FROM s.created_at AT TIME ZONE 'UTC')::integer, count(*)
    FROM statuses s
    WHERE s.account_id = $1 AND s.id >= $2 AND s.id < $3 AND s.visibility IN ('public', 'unlisted')
    GROUP BY 1
)sql";
constexpr auto select_follower_months = R"sql(
    SELECT extract(month FROM f.created_at AT TIME ZONE 'UTC')::integer, count(*)
    FROM follows f
    WHERE f.followed_id = $1 AND f.accepted AND f.created_at >= $2 AND f.created_at < $3
    GROUP BY 1
)sql";
constexpr auto select_hashtag = R"sql(
    SELECT g.display, count(*)
    FROM statuses s JOIN status_tags st ON st.status_id = s.id JOIN tags g ON g.id = st.tag_id
    WHERE s.account_id = $1 AND s.id >= $2 AND s.id < $3 AND s.visibility IN ('public', 'unlisted')
    GROUP BY g.id, g.display ORDER BY 2 DESC, g.id LIMIT 1
)sql";
constexpr auto select_most_boosted = R"sql(
    SELECT s.id FROM statuses s
    WHERE s.account_id = $1 AND s.id >= $2 AND s.id < $3 AND s.visibility IN ('public', 'unlisted')
      AND s.reblog_of_id IS NULL AND s.reblogs_count > 0
    ORDER BY s.reblogs_count DESC, s.id LIMIT 1
)sql";

std::int64_t first_id_of(Time at) {
    return at.time_since_epoch().count() << 16;
}

AnnualReport read(Columns c) {
    AnnualReport report;
    report.account = c.id<AccountId>();
    report.year = c.small();
    report.schema_version = c.small();
    report.data = c.json();
    report.generated_at = c.time();
    report.viewed_at = c.maybe_time();
    return report;
}

YearCounts read_counts(Columns c) {
    YearCounts counts;
    counts.boosts = c.number();
    counts.answers = c.number();
    counts.own = c.number();
    counts.polls = c.number();
    return counts;
}

YearTag read_tag(Columns c) {
    YearTag tag;
    tag.name = c.text();
    tag.count = c.number();
    return tag;
}

Months read_months(const pqxx::result& rows) {
    Months months{};
    for (const auto& row : rows) {
        Columns c(row);
        const auto month = static_cast<std::size_t>(c.number());
        months.at(month - 1) = c.number();
    }
    return months;
}

} // namespace

bool is_on(Tx& tx) {
    return instance_values::find(tx, value_name) != off_value;
}

void set_on(Tx& tx, bool on) {
    instance_values::set(tx, value_name, on ? "on" : off_value);
}

std::optional<AnnualReport> find(Tx& tx, AccountId account, int year) {
    return first_of(exec(tx, select_report, account, year), read);
}

std::vector<AnnualReport> list_unseen(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_unseen, account), read);
}

void put(Tx& tx, const AnnualReport& report) {
    exec(tx,
         upsert_report,
         report.account,
         report.year,
         report.schema_version,
         report.data,
         report.generated_at);
}

void set_viewed(Tx& tx, AccountId account, int year, Time at) {
    exec(tx, update_viewed, account, year, at);
}

void remove_of(Tx& tx, AccountId account) {
    exec(tx, delete_reports, account);
}

YearCounts count_posts(Tx& tx, AccountId account, const YearSpan& year) {
    const auto rows =
        exec(tx, select_counts, account, first_id_of(year.begin), first_id_of(year.end));
    return read_counts(Columns(rows.front()));
}

Months posts_per_month(Tx& tx, AccountId account, const YearSpan& year) {
    return read_months(
        exec(tx, select_post_months, account, first_id_of(year.begin), first_id_of(year.end)));
}

Months followers_per_month(Tx& tx, AccountId account, const YearSpan& year) {
    return read_months(exec(tx, select_follower_months, account, year.begin, year.end));
}

std::optional<YearTag> top_hashtag(Tx& tx, AccountId account, const YearSpan& year) {
    return first_of(
        exec(tx, select_hashtag, account, first_id_of(year.begin), first_id_of(year.end)),
        read_tag);
}

StatusId most_boosted(Tx& tx, AccountId account, const YearSpan& year) {
    const auto ids = ids_of<StatusId>(
        exec(tx, select_most_boosted, account, first_id_of(year.begin), first_id_of(year.end)));
    return ids.empty() ? StatusId{} : ids.front();
}

} // namespace db::annual_reports
