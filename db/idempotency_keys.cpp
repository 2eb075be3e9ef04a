#include "db/idempotency_keys.h"

#include "db/query.h"

namespace db::idempotency_keys {
namespace {

constexpr auto lock_key =
    "SELECT pg_advisory_xact_lock(hashtextextended('idempotency ' || $2, $1::bigint))";
constexpr auto select_status =
    "SELECT status_id FROM idempotency_keys WHERE account_id = $1 AND key = $2";
constexpr auto insert_key = R"sql(
    INSERT INTO idempotency_keys (account_id, key, status_id, created_at) VALUES ($1, $2, $3, $4)
)sql";
constexpr auto delete_old = "DELETE FROM idempotency_keys WHERE created_at < $1";

} // namespace

std::optional<StatusId> lock(Tx& tx, AccountId account, std::string_view key) {
    exec(tx, lock_key, account, key);
    const auto rows = exec(tx, select_status, account, key);
    if (rows.empty()) return std::nullopt;
    return Columns(rows.front()).id<StatusId>();
}

void insert(Tx& tx, AccountId account, std::string_view key, StatusId status, Time now) {
    exec(tx, insert_key, account, key, status, now);
}

void forget_before(Tx& tx, Time time) {
    exec(tx, delete_old, time);
}

} // namespace db::idempotency_keys
