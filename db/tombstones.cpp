#include "db/tombstones.h"

#include "db/query.h"

namespace db::tombstones {
namespace {

constexpr auto insert_tombstone = R"sql(
    INSERT INTO tombstones (uri, account_uri, local, deleted_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (uri) DO NOTHING
)sql";
constexpr auto insert_of_statuses = R"sql(
    INSERT INTO tombstones (uri, account_uri, local, deleted_at)
    SELECT s.uri, a.uri, s.local, $2
    FROM statuses s JOIN accounts a ON a.id = s.account_id
    WHERE s.id = ANY ($1::bigint[]) OR s.reblog_of_id = ANY ($1::bigint[])
    ORDER BY s.uri
    ON CONFLICT (uri) DO UPDATE SET account_uri = excluded.account_uri
)sql";
constexpr auto select_tombstone =
    "SELECT uri, account_uri, local, deleted_at FROM tombstones WHERE uri = $1";
constexpr auto select_among = "SELECT uri FROM tombstones WHERE uri = ANY ($1::text[])";
constexpr auto delete_older =
    "DELETE FROM tombstones WHERE NOT local AND NOT recalled AND deleted_at < $1";
constexpr auto count_by_account =
    "SELECT count(*) FROM tombstones WHERE account_uri = $1 AND deleted_at >= $2";
constexpr auto upsert_recalled = R"sql(
    INSERT INTO tombstones (uri, account_uri, local, deleted_at, recalled)
    VALUES ($1, $2, false, $3, true)
    ON CONFLICT (uri) DO UPDATE SET recalled = true
)sql";

Tombstone read(Columns c) {
    Tombstone tombstone;
    tombstone.uri = c.text();
    tombstone.account_uri = c.text();
    tombstone.local = c.flag();
    tombstone.deleted_at = c.time();
    return tombstone;
}

} // namespace

void insert(Tx& tx, const Tombstone& t) {
    exec(tx, insert_tombstone, t.uri, t.account_uri, t.local, t.deleted_at);
}

void insert_for_statuses(Tx& tx, const std::vector<StatusId>& ids, Time now) {
    exec(tx, insert_of_statuses, ids, now);
}

std::optional<Tombstone> find(Tx& tx, std::string_view uri) {
    return first_of(exec(tx, select_tombstone, uri), read);
}

std::vector<std::string> among(Tx& tx, const std::vector<std::string>& uris) {
    std::vector<std::string> buried;
    for (const auto& row : exec(tx, select_among, uris))
        buried.push_back(Columns(row).text());
    return buried;
}

void bury_recalled(Tx& tx, std::string_view uri, std::string_view account_uri, Time now) {
    exec(tx, upsert_recalled, uri, account_uri, now);
}

std::int64_t count_of(Tx& tx, std::string_view account_uri, Time since) {
    const auto rows = exec(tx, count_by_account, account_uri, since);
    return Columns(rows.front()).number();
}

int remove_older(Tx& tx, Time before) {
    return static_cast<int>(exec(tx, delete_older, before).affected_rows());
}

} // namespace db::tombstones
