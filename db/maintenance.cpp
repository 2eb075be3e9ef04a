#include "db/maintenance.h"

#include "db/query.h"

namespace db::maintenance {
namespace {

constexpr auto table_exists = "SELECT to_regclass('accounts') IS NOT NULL";
constexpr auto account_exists = "SELECT EXISTS (SELECT 1 FROM accounts)";
constexpr auto count_others = R"sql(
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
)sql";
constexpr auto drop_schema = "DROP SCHEMA public CASCADE";
constexpr auto create_schema = "CREATE SCHEMA public";
constexpr auto select_version = "SELECT current_setting('server_version_num')::int";
constexpr auto select_clock = "SELECT clock_timestamp()";

} // namespace

bool holds_accounts(Pool& pool) {
    Tx tx(pool);
    if (!Columns(exec(tx, table_exists).front()).flag()) return false;
    return Columns(exec(tx, account_exists).front()).flag();
}

int other_connections(Pool& pool) {
    Tx tx(pool);
    return Columns(exec(tx, count_others).front()).small();
}

void drop_everything(Pool& pool) {
    Tx tx(pool);
    exec(tx, drop_schema);
    exec(tx, create_schema);
    tx.commit();
}

int server_version(Pool& pool) {
    Tx tx(pool);
    return Columns(exec(tx, select_version).front()).small();
}

long clock_difference_ms(Pool& pool) {
    Tx tx(pool);
    const auto before = system_now();
    const Time theirs = Columns(exec(tx, select_clock).front()).time();
    const auto after = system_now();
    return static_cast<long>((theirs - (before + (after - before) / 2)).count());
}

} // namespace db::maintenance
