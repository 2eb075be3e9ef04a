#include "db/jobs.h"

#include "db/query.h"

namespace db::jobs {
namespace {

// The row is handed to whoever claims it and comes back changed, so all of them travel as arrays:
// one statement, however many.
constexpr auto insert_jobs = R"sql(
    INSERT INTO jobs (kind, lane, payload, run_at)
    SELECT kind, lane, payload, COALESCE(NULLIF(run_at, '')::timestamptz, now())
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
         WITH ORDINALITY AS new (kind, lane, payload, run_at, position)
    ORDER BY position
)sql";

constexpr auto notify_workers = "SELECT pg_notify('staffroom_jobs', '')";

// Any number; the same for every process.
constexpr auto lock_claiming = "SELECT pg_advisory_xact_lock(7260001)";

// Kind by kind, so that a worker with nothing to do does not read another's long queue. A lease
// that ended by itself was its worker's end. The batch stops before the first suspect, or is that
// one alone: what takes the process down again and again must not take others with it. `share`
// leaves the younger lanes to other servers, where there are some: a batch spans every lane of a
// few dozen senders, and who held them all would work alone.
constexpr auto claim_jobs = R"sql(
    WITH busy AS MATERIALIZED (
        SELECT lane FROM jobs WHERE leased_until > now() AND lane <> ''
    ), ready AS (
        SELECT job.id, job.run_at, job.lane, job.is_suspect
        FROM unnest($1::text[]) AS wanted (kind)
        CROSS JOIN LATERAL (
            SELECT id, run_at, COALESCE(NULLIF(lane, ''), id::text) AS lane,
                   interruptions + (leased_until IS NOT NULL)::int >= $4 AS is_suspect
            FROM jobs
            WHERE kind = wanted.kind
              AND run_at <= now() AND (leased_until IS NULL OR leased_until <= now())
              AND NOT EXISTS (SELECT 1 FROM busy WHERE busy.lane = jobs.lane)
            ORDER BY run_at, id
            LIMIT $2::int * $5::int
            FOR UPDATE SKIP LOCKED) AS job
        ORDER BY run_at, id
        LIMIT $2::int * $5::int
    ), lanes AS (
        SELECT lane, row_number() OVER (ORDER BY min(run_at), min(id)) AS place,
               count(*) OVER () AS number
        FROM ready WHERE $5::int > 1 GROUP BY lane
    ), share AS (
        SELECT id, run_at, is_suspect FROM ready
        WHERE $5::int = 1
           OR lane IN (SELECT lane FROM lanes WHERE place <= (number + $5::int - 1) / $5::int)
        ORDER BY run_at, id
        LIMIT $2
    ), placed AS (
        SELECT id, row_number() OVER in_order AS place,
               count(*) FILTER (WHERE is_suspect) OVER in_order AS suspects
        FROM share WINDOW in_order AS (ORDER BY run_at, id ROWS UNBOUNDED PRECEDING)
    ), claimed AS (
        UPDATE jobs SET attempts = attempts + 1,
            interruptions = interruptions + (leased_until IS NOT NULL)::int,
            leased_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
        WHERE id = ANY (ARRAY(SELECT id FROM placed WHERE suspects = 0 OR place = 1))
        RETURNING id, kind, lane, payload, attempts, failures, interruptions, created_at, run_at
    )
    SELECT id, kind, lane, payload, attempts, failures, interruptions, created_at
    FROM claimed ORDER BY run_at, id
)sql";

constexpr auto delete_jobs = R"sql(
    DELETE FROM jobs USING unnest($1::bigint[], $2::bigint[]) AS held (id, attempts)
    WHERE jobs.id = held.id AND jobs.attempts = held.attempts
    RETURNING jobs.id
)sql";

constexpr auto release_job = R"sql(
    UPDATE jobs SET leased_until = NULL, run_at = $3, failures = failures + 1,
        last_error = left($4, 500)
    WHERE id = $1 AND attempts = $2
)sql";

constexpr auto move_to_failed = R"sql(
    WITH gone AS (
        DELETE FROM jobs WHERE id = $1 AND attempts = $2 RETURNING id, kind, lane, payload
    )
    INSERT INTO failed_jobs (id, kind, lane, payload, last_error)
    SELECT id, kind, lane, payload, left($3, 500) FROM gone
)sql";

constexpr auto select_size =
    "SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM failed_jobs)";

Job read(Columns c) {
    Job job;
    job.id = c.number();
    job.kind = c.text();
    job.lane = c.text();
    job.payload = c.text();
    job.attempts = c.small();
    job.failures = c.small();
    job.interruptions = c.small();
    job.created_at = c.time();
    return job;
}

constexpr auto select_exists = "SELECT 1 FROM jobs WHERE kind = $1 AND payload = $2 LIMIT 1";

} // namespace

void insert(Tx& tx, const std::vector<NewJob>& jobs) {
    std::vector<std::string> kinds;
    std::vector<std::string> lanes;
    std::vector<std::string> payloads;
    std::vector<std::string> times;
    for (const NewJob& job : jobs) {
        kinds.push_back(job.kind);
        lanes.push_back(job.lane);
        payloads.push_back(job.payload);
        times.push_back(job.run_at ? format_iso8601(*job.run_at) : "");
    }
    exec(tx, insert_jobs, kinds, lanes, payloads, times);
}

void notify(Tx& tx) {
    exec(tx, notify_workers);
}

void lock_claims(Tx& tx) {
    exec(tx, lock_claiming);
}

std::vector<Job> claim(Tx& tx,
                       const std::vector<std::string>& kinds,
                       int most,
                       std::chrono::milliseconds lease,
                       int servers) {
    return rows_of(exec(tx, claim_jobs, kinds, most, lease.count(), suspect_after, servers), read);
}

std::vector<std::int64_t> finish(Tx& tx, const std::vector<Job>& jobs) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> attempts;
    for (const Job& job : jobs) {
        ids.push_back(job.id);
        attempts.push_back(job.attempts);
    }
    std::vector<std::int64_t> finished;
    for (const auto& row : exec(tx, delete_jobs, ids, attempts))
        finished.push_back(Columns(row).number());
    return finished;
}

void put_back(Tx& tx, const Job& job, Time run_at, std::string_view error) {
    exec(tx, release_job, job.id, job.attempts, run_at, error);
}

void fail(Tx& tx, const Job& job, std::string_view error) {
    exec(tx, move_to_failed, job.id, job.attempts, error);
}

bool exists(Tx& tx, std::string_view kind, std::string_view payload) {
    return !exec(tx, select_exists, kind, payload).empty();
}

QueueSize size(Tx& tx) {
    const auto rows = exec(tx, select_size);
    Columns c(rows.front());
    QueueSize size;
    size.waiting = c.number();
    size.failed = c.number();
    return size;
}

} // namespace db::jobs
