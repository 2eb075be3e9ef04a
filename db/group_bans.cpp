#include "db/group_bans.h"

#include "db/query.h"

namespace db::group_bans {
namespace {

constexpr auto upsert = R"sql(
    INSERT INTO group_bans (group_uri, account_id, until) VALUES ($1, $2, $3)
    ON CONFLICT (group_uri, account_id) DO UPDATE SET until = excluded.until
)sql";
constexpr auto delete_one = "DELETE FROM group_bans WHERE group_uri = $1 AND account_id = $2";
constexpr auto select_one = R"sql(
    SELECT 1 FROM group_bans
    WHERE group_uri = $1 AND account_id = $2 AND (until IS NULL OR until > $3)
)sql";

} // namespace

void put(Tx& tx, std::string_view group_uri, AccountId account, std::optional<Time> until) {
    exec(tx, upsert, group_uri, account, until);
}

void remove(Tx& tx, std::string_view group_uri, AccountId account) {
    exec(tx, delete_one, group_uri, account);
}

bool exists(Tx& tx, std::string_view group_uri, AccountId account, Time now) {
    return !exec(tx, select_one, group_uri, account, now).empty();
}

} // namespace db::group_bans
