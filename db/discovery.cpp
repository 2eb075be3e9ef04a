#include "db/discovery.h"

#include "db/paged.h"

namespace db::discovery {
namespace {

constexpr Sql findable = R"sql(
    a.discoverable AND NOT a.is_server_actor AND a.limited_at IS NULL AND a.moved_to_uri = ''
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND a.id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $1))
)sql";

constexpr auto directory_page = Sql("SELECT a.id FROM accounts a WHERE ") + findable + Sql(R"sql(
      AND (NOT $2 OR a.host = '')
)sql");
constexpr auto select_active =
    directory_page +
    Sql(" ORDER BY a.last_status_at DESC NULLS LAST, a.id DESC LIMIT $3 OFFSET $4");
constexpr auto select_new = directory_page + Sql(" ORDER BY a.id DESC LIMIT $3 OFFSET $4");

constexpr auto not_known = Sql(R"sql(
      AND a.id <> $1
      AND NOT EXISTS (SELECT 1 FROM follows k WHERE k.follower_id = $1 AND k.followed_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM dismissed_suggestions d
                      WHERE d.account_id = $1 AND d.target_id = a.id)
)sql");
// Both halves are bounded before they are joined.
constexpr auto select_suggestions =
    Sql("WITH friends AS (SELECT a.id, count(*) AS common FROM follows mine"
        " JOIN follows theirs ON theirs.follower_id = mine.followed_id AND theirs.accepted"
        " JOIN accounts a ON a.id = theirs.followed_id"
        " JOIN accounts f ON f.id = mine.followed_id AND NOT f.hide_collections"
        " WHERE mine.follower_id = $1 AND mine.accepted AND ") +
    findable + not_known +
    Sql(" GROUP BY a.id ORDER BY common DESC, a.id LIMIT $2),"
        " popular AS (SELECT a.id, 0::bigint AS common, a.followers_count FROM accounts a WHERE ") +
    findable + not_known +
    Sql(" AND a.followers_count > 0 AND a.id NOT IN (SELECT id FROM friends)"
        " ORDER BY a.followers_count DESC, a.id LIMIT $2)"
        " SELECT id, common FROM (SELECT id, common, 0 AS followers_count FROM friends"
        " UNION ALL SELECT id, common, followers_count FROM popular) AS both_kinds"
        " ORDER BY common DESC, followers_count DESC, id LIMIT $2");

constexpr auto insert_dismissed = R"sql(
    INSERT INTO dismissed_suggestions (account_id, target_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
)sql";

constexpr auto select_familiar = R"sql(
    SELECT wanted.id, both_sides.id
    FROM unnest($2::bigint[]) WITH ORDINALITY AS wanted (id, place)
    JOIN accounts t ON t.id = wanted.id AND NOT t.hide_collections
    CROSS JOIN LATERAL (
        SELECT a.id
        FROM follows f
        JOIN follows mine ON mine.followed_id = f.follower_id AND mine.follower_id = $1
            AND mine.accepted
        JOIN accounts a ON a.id = f.follower_id
        WHERE f.followed_id = wanted.id AND f.accepted AND NOT a.hide_collections
          AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
          AND a.id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $1))
        ORDER BY f.id DESC LIMIT $3
    ) AS both_sides
    ORDER BY wanted.place
)sql";

Suggestion read_suggestion(Columns c) {
    const auto account = c.id<AccountId>();
    return {.account = account, .common = c.small()};
}

Familiar read_familiar(Columns c) {
    const auto account = c.id<AccountId>();
    return {.account = account, .follower = c.id<AccountId>()};
}

} // namespace

std::vector<AccountId> directory(Tx& tx, const DirectoryQuery& query) {
    const char* sql = query.order == Order::New ? select_new.text : select_active.text;
    return ids_of<AccountId>(
        exec(tx, sql, query.reader, query.local_only, query.limit, query.offset));
}

std::vector<Suggestion> suggestions(Tx& tx, AccountId reader, int limit) {
    return rows_of(exec(tx, select_suggestions.text, reader, limit), read_suggestion);
}

void dismiss(Tx& tx, AccountId reader, AccountId target) {
    exec(tx, insert_dismissed, reader, target);
}

std::vector<Familiar> familiar_followers(Tx& tx,
                                         AccountId reader,
                                         const std::vector<AccountId>& accounts,
                                         int most) {
    return rows_of(exec(tx, select_familiar, reader, accounts, most), read_familiar);
}

} // namespace db::discovery
