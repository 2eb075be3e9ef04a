#include "db/trends.h"

#include "db/instance_values.h"
#include "db/paged.h"

#include <array>

namespace db::trends {
namespace {

constexpr auto value_name = "trends";
constexpr auto links_name = "trends_links";
constexpr auto on_value = "on";
constexpr auto open_value = "everybody";

constexpr auto delete_all = "DELETE FROM trends";

// People of the last day against what the six days before let expect. Ids begin with milliseconds:
// each range of days is a range of the key.
constexpr auto insert_tags = R"sql(
    INSERT INTO trends (kind, key, score)
    SELECT 'tag', used.tag_id, power(used.today - used.usual, 2) / used.usual
    FROM (
        SELECT st.tag_id,
            count(DISTINCT s.account_id) FILTER (WHERE s.created_at > $1::timestamptz - interval '1 day')
                AS today,
            greatest(1, count(DISTINCT (s.account_id, s.created_at::date))
                FILTER (WHERE s.created_at <= $1::timestamptz - interval '1 day') / 6.0) AS usual
        FROM status_tags st
        JOIN statuses s ON s.id = st.status_id
        JOIN accounts a ON a.id = s.account_id
        WHERE st.status_id > (floor(extract(epoch FROM $1::timestamptz - interval '7 days') * 1000)::bigint << 16)
          AND s.visibility = 'public' AND NOT s.muted_reach AND a.discoverable
          AND a.limited_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL
        GROUP BY st.tag_id
    ) AS used
    WHERE used.today >= 3 AND used.today > used.usual
    ORDER BY 3 DESC LIMIT 100
)sql";
// Favourites and boosts, of which half count after each eight hours.
constexpr auto insert_statuses = R"sql(
    INSERT INTO trends (kind, key, score)
    SELECT 'status', s.id, (s.favourites_count + s.reblogs_count)
        * power(0.5, extract(epoch FROM $1::timestamptz - s.created_at) / 28800.0)
    FROM statuses s JOIN accounts a ON a.id = s.account_id
    WHERE s.id > (floor(extract(epoch FROM $1::timestamptz - interval '2 days') * 1000)::bigint << 16)
      AND s.visibility = 'public' AND s.reblog_of_id IS NULL AND NOT s.muted_reach
      AND NOT s.sensitive AND s.spoiler_text = '' AND s.in_reply_to_uri = '' AND NOT s.local_only
      AND s.favourites_count + s.reblogs_count >= 3 AND a.discoverable
      AND a.limited_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY 3 DESC LIMIT 100
)sql";
constexpr auto insert_links = R"sql(
    INSERT INTO trends (kind, key, score)
    SELECT 'link', s.card->>'url', count(DISTINCT s.account_id)
    FROM statuses s JOIN accounts a ON a.id = s.account_id
    WHERE s.id > (floor(extract(epoch FROM $1::timestamptz - interval '1 day') * 1000)::bigint << 16)
      AND s.card->>'url' <> '' AND s.visibility = 'public' AND s.reblog_of_id IS NULL
      AND NOT s.muted_reach AND a.discoverable
      AND a.limited_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    GROUP BY s.card->>'url' HAVING count(DISTINCT s.account_id) >= 3
    ORDER BY 3 DESC LIMIT 100
)sql";

constexpr auto select_candidates = R"sql(
    SELECT t.key, t.score, r.allowed
    FROM trends t LEFT JOIN trend_reviews r ON r.kind = t.kind AND r.key = t.key
    WHERE t.kind = $1 ORDER BY t.score DESC, t.key LIMIT $2 OFFSET $3
)sql";
constexpr auto upsert_review = R"sql(
    INSERT INTO trend_reviews (kind, key, allowed, decided_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (kind, key) DO UPDATE
        SET allowed = excluded.allowed, decided_at = excluded.decided_at
)sql";

constexpr auto select_tags = R"sql(
    SELECT g.id, g.name, g.display
    FROM trends t
    JOIN trend_reviews r ON r.kind = t.kind AND r.key = t.key AND r.allowed
    JOIN tags g ON g.id = t.key::bigint
    WHERE t.kind = 'tag' ORDER BY t.score DESC, g.id LIMIT $1 OFFSET $2
)sql";
constexpr auto select_statuses = R"sql(
    SELECT v.status_id
    FROM trends t
    JOIN trend_reviews r ON r.kind = t.kind AND r.key = t.key AND r.allowed
    JOIN listed_statuses($1) v ON v.status_id = t.key::bigint
    WHERE t.kind = 'status' ORDER BY t.score DESC, v.status_id LIMIT $2 OFFSET $3
)sql";
constexpr auto select_links = R"sql(
    SELECT t.key, newest.card
    FROM trends t
    JOIN trend_reviews r ON r.kind = t.kind AND r.key = t.key AND r.allowed
    CROSS JOIN LATERAL (
        SELECT s.card FROM statuses s
        WHERE s.card->>'url' = t.key AND s.card IS NOT NULL AND s.visibility = 'public'
          AND s.reblog_of_id IS NULL
        ORDER BY s.id DESC LIMIT 1
    ) AS newest
    WHERE t.kind = 'link' ORDER BY t.score DESC, t.key LIMIT $1 OFFSET $2
)sql";
constexpr auto select_link = R"sql(
    SELECT 1 FROM trends t JOIN trend_reviews r ON r.kind = t.kind AND r.key = t.key AND r.allowed
    WHERE t.kind = 'link' AND t.key = $1
)sql";
constexpr auto select_link_history = R"sql(
    SELECT extract(epoch FROM date_trunc('day', s.created_at))::bigint, count(*),
        count(DISTINCT s.account_id)
    FROM statuses s
    WHERE s.card->>'url' = $1 AND s.card IS NOT NULL AND s.visibility = 'public'
      AND s.reblog_of_id IS NULL
      AND s.id >= (floor(extract(epoch FROM date_trunc('day', now()) - interval '6 days')
                         * 1000)::bigint << 16)
    GROUP BY 1 ORDER BY 1 DESC
)sql";
constexpr auto select_with_link = paged(Sql(R"sql(
    SELECT s.id FROM statuses s
    WHERE s.card->>'url' = $5 AND s.card IS NOT NULL AND s.visibility = 'public'
      AND s.reblog_of_id IS NULL AND s.id < $2 AND s.id > $3
      AND EXISTS (SELECT 1 FROM listed_statuses($1) v WHERE v.status_id = s.id)
)sql"));

std::string_view name_of(Kind kind) {
    constexpr std::array<std::string_view, 3> names{"tag", "status", "link"};
    return names.at(static_cast<std::size_t>(kind));
}

Trend read_trend(Columns c) {
    Trend trend;
    trend.key = c.text();
    trend.score = c.real();
    if (const auto allowed = c.maybe_text()) trend.allowed = *allowed == "t";
    return trend;
}

Tag read_tag(Columns c) {
    Tag tag;
    tag.id = c.id<TagId>();
    tag.name = c.text();
    tag.display = c.text();
    return tag;
}

Link read_link(Columns c) {
    Link link;
    link.url = c.text();
    link.card = c.json();
    return link;
}

search::TagDay read_day(Columns c) {
    search::TagDay day;
    day.day = c.number();
    day.uses = c.number();
    day.accounts = c.number();
    return day;
}

StatusId read_status(Columns c) {
    return c.id<StatusId>();
}

} // namespace

bool is_on(Tx& tx) {
    return instance_values::find(tx, value_name) == on_value;
}

void set_on(Tx& tx, bool on) {
    instance_values::set(tx, value_name, on ? on_value : "off");
}

bool has_open_links(Tx& tx) {
    return instance_values::find(tx, links_name) == open_value;
}

void set_open_links(Tx& tx, bool open) {
    instance_values::set(tx, links_name, open ? open_value : "members");
}

void compute(Tx& tx, Time now) {
    if (!is_on(tx)) return;
    exec(tx, delete_all);
    exec(tx, insert_tags, now);
    exec(tx, insert_statuses, now);
    exec(tx, insert_links, now);
}

std::vector<Trend> candidates(Tx& tx, Kind kind, int limit, int offset) {
    if (!is_on(tx)) return {};
    return rows_of(exec(tx, select_candidates, name_of(kind), limit, offset), read_trend);
}

void review(Tx& tx, Kind kind, std::string_view key, bool allowed, Time now) {
    exec(tx, upsert_review, name_of(kind), key, allowed, now);
}

std::vector<Tag> tags(Tx& tx, int limit, int offset) {
    if (!is_on(tx)) return {};
    return rows_of(exec(tx, select_tags, limit, offset), read_tag);
}

std::vector<StatusId> statuses(Tx& tx, AccountId reader, int limit, int offset) {
    if (!is_on(tx)) return {};
    return ids_of<StatusId>(exec(tx, select_statuses, reader, limit, offset));
}

std::vector<Link> links(Tx& tx, int limit, int offset) {
    if (!is_on(tx)) return {};
    return rows_of(exec(tx, select_links, limit, offset), read_link);
}

bool is_shown_link(Tx& tx, std::string_view url) {
    return is_on(tx) && !exec(tx, select_link, url).empty();
}

std::vector<search::TagDay> link_history(Tx& tx, std::string_view url) {
    return rows_of(exec(tx, select_link_history, url), read_day);
}

std::vector<StatusId> with_link(Tx& tx, AccountId reader, std::string_view url, const Page& page) {
    return page_of(tx, select_with_link, read_status, page, reader, url);
}

} // namespace db::trends
