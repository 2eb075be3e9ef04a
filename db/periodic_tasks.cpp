#include "db/periodic_tasks.h"

#include "db/query.h"

namespace db::periodic_tasks {
namespace {

// The row is the lock: the second process waits for the first one's commit and then finds that the
// time has not come.
constexpr auto claim_task = R"sql(
    INSERT INTO periodic_tasks (name, last_run) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET last_run = excluded.last_run
    WHERE periodic_tasks.last_run <= excluded.last_run - make_interval(secs => $3::float8)
)sql";

} // namespace

bool claim(Tx& tx, std::string_view name, Time now, std::chrono::seconds every) {
    return exec(tx, claim_task, name, now, every.count()).affected_rows() == 1;
}

} // namespace db::periodic_tasks
