#include "db/leases.h"

#include "db/jobs.h"
#include "db/query.h"

namespace db::leases {
namespace {

constexpr auto try_exclusive = "SELECT pg_try_advisory_xact_lock(7260003)";
// One that was interrupted again and again waits a little longer each time, so that a server
// which it takes down comes to the other work first.
constexpr auto release_jobs = R"sql(
    UPDATE jobs SET leased_until = NULL, interruptions = interruptions + 1,
        run_at = CASE WHEN interruptions + 1 < $1 THEN run_at
                      ELSE now() + make_interval(secs => 10 * least(interruptions + 2 - $1, 30)) END
    WHERE leased_until IS NOT NULL
)sql";
constexpr auto release_deliveries = R"sql(
    UPDATE deliveries SET leased_until = NULL, interruptions = interruptions + 1
    WHERE leased_until IS NOT NULL
)sql";

// A key of 64 bits stands as two halves.
constexpr auto select_servers = R"sql(
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = 0 AND objid = 7260003 AND objsubid = 1
)sql";

constexpr auto lock_founder = "SELECT pg_advisory_xact_lock(7260004)";

} // namespace

int count_servers(Tx& tx) {
    return Columns(exec(tx, select_servers).front()).small();
}

void lock_founding(Tx& tx) {
    exec(tx, lock_founder);
}

const char* const hold_as_server = "SELECT pg_advisory_lock_shared(7260003)";

bool release_if_alone(Tx& tx) {
    if (!Columns(exec(tx, try_exclusive).front()).flag()) return false;
    exec(tx, release_jobs, jobs::suspect_after);
    exec(tx, release_deliveries);
    return true;
}

} // namespace db::leases
