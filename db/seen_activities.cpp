#include "db/seen_activities.h"

#include "db/query.h"

namespace db::seen_activities {
namespace {

// Sorted, so that two writers of the same keys wait for each other instead of dead-locking.
constexpr auto insert_keys = R"sql(
    INSERT INTO seen_activities (uri_hash, seen_at)
    SELECT DISTINCT decode(key, 'hex') AS hash, $2::timestamptz FROM unnest($1::text[]) AS key
    ORDER BY hash
    ON CONFLICT (uri_hash) DO NOTHING
    RETURNING encode(uri_hash, 'hex')
)sql";
constexpr auto select_one = "SELECT 1 FROM seen_activities WHERE uri_hash = decode($1, 'hex')";
constexpr auto delete_old = "DELETE FROM seen_activities WHERE seen_at < $1";

std::string read(Columns c) {
    return c.text();
}

} // namespace

std::vector<std::string> insert_new(Tx& tx, const std::vector<std::string>& keys, Time now) {
    return rows_of(exec(tx, insert_keys, keys, now), read);
}

bool contains(Tx& tx, std::string_view key) {
    return !exec(tx, select_one, key).empty();
}

void remove_older_than(Tx& tx, Time limit) {
    exec(tx, delete_old, limit);
}

} // namespace db::seen_activities
