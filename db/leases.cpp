#include "db/leases.h"

#include "db/query.h"

namespace db::leases {
namespace {

constexpr auto try_exclusive = "SELECT pg_try_advisory_xact_lock(7260003)";
constexpr auto release_jobs = "UPDATE jobs SET leased_until = NULL WHERE leased_until IS NOT NULL";
constexpr auto release_deliveries =
    "UPDATE deliveries SET leased_until = NULL WHERE leased_until IS NOT NULL";

} // namespace

const char* const hold_as_server = "SELECT pg_advisory_lock_shared(7260003)";

bool release_if_alone(Tx& tx) {
    if (!Columns(exec(tx, try_exclusive).front()).flag()) return false;
    exec(tx, release_jobs);
    exec(tx, release_deliveries);
    return true;
}

} // namespace db::leases
