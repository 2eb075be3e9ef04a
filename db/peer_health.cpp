#include "db/peer_health.h"

#include "db/query.h"

#include <algorithm>

namespace db::peer_health {
namespace {

// Locked in the order of their names: two processes write results at the same time.
constexpr auto update_successes = R"sql(
    WITH answered AS (
        SELECT p.host, s.scheme, p.open_until IS NOT NULL OR p.unavailable_at IS NOT NULL AS was_open
        FROM peers p
        JOIN unnest($1::text[], $2::text[]) AS s (host, scheme) ON s.host = p.host
        WHERE p.failures > 0 OR p.open_until IS NOT NULL OR p.unavailable_at IS NOT NULL
           OR p.last_success_at IS NULL OR p.last_success_at < $3::timestamptz - interval '1 minute'
           OR (s.scheme <> '' AND s.scheme <> p.scheme)
        ORDER BY p.host
        FOR UPDATE OF p
    ), written AS (
        UPDATE peers SET failures = 0, failing_since = NULL, open_until = NULL,
            unavailable_at = NULL, last_success_at = $3,
            scheme = COALESCE(NULLIF(a.scheme, ''), peers.scheme),
            scheme_at = CASE WHEN a.scheme = '' THEN peers.scheme_at ELSE $3 END
        FROM answered a WHERE peers.host = a.host
    )
    SELECT host FROM answered WHERE was_open
)sql";

constexpr auto update_failures = R"sql(
    WITH failed AS (
        SELECT p.host, f.count
        FROM peers p
        JOIN unnest($1::text[], $2::bigint[]) AS f (host, count) ON f.host = p.host
        ORDER BY p.host
        FOR UPDATE OF p
    )
    UPDATE peers SET
        failures = least(peers.failures + f.count, 1000000)::int,
        failing_since = COALESCE(peers.failing_since, $3),
        open_until = CASE WHEN peers.failures + f.count >= $4::int
                          THEN $3::timestamptz + make_interval(secs => $5::float8)
                          ELSE peers.open_until END,
        unavailable_at = CASE WHEN peers.failing_since <= $3::timestamptz - make_interval(secs => $6::float8)
                              THEN COALESCE(peers.unavailable_at, $3) ELSE peers.unavailable_at END
    FROM failed f WHERE peers.host = f.host
    RETURNING peers.host, peers.open_until, peers.unavailable_at IS NOT NULL
)sql";

constexpr auto select_unavailable = R"sql(
    SELECT host FROM peers
    WHERE unavailable_at IS NOT NULL AND level IN ('member', 'partner', 'guest') ORDER BY host
)sql";

std::string read_host(Columns c) {
    return c.text();
}

} // namespace

std::vector<std::string> record_successes(Tx& tx, const std::vector<Success>& hosts, Time now) {
    std::vector<std::string> names;
    std::vector<std::string> schemes;
    for (const Success& success : hosts) {
        if (std::ranges::find(names, success.host) != names.end()) continue;
        names.push_back(success.host);
        schemes.push_back(success.scheme);
    }
    return rows_of(exec(tx, update_successes, names, schemes, now), read_host);
}

std::vector<Opened> record_failures(Tx& tx, const std::vector<std::string>& hosts, Time now) {
    std::vector<std::string> names;
    std::vector<std::int64_t> counts;
    for (const std::string& host : hosts) {
        const auto known = std::ranges::find(names, host);
        if (known == names.end()) {
            names.push_back(host);
            counts.push_back(1);
        } else {
            ++counts[static_cast<std::size_t>(known - names.begin())];
        }
    }
    const auto rows = exec(tx,
                           update_failures,
                           names,
                           counts,
                           now,
                           failures_that_open,
                           std::chrono::seconds(open_for).count(),
                           std::chrono::seconds(unavailable_after).count());
    std::vector<Opened> opened;
    for (const auto& row : rows) {
        Columns c(row);
        const std::string host = c.text();
        const auto until = c.maybe_time();
        const bool is_unavailable = c.flag();
        if (is_unavailable || (until && *until > now)) {
            opened.push_back({host, until.value_or(now), is_unavailable});
        }
    }
    return opened;
}

std::vector<std::string> list_unavailable(Tx& tx) {
    return rows_of(exec(tx, select_unavailable), read_host);
}

} // namespace db::peer_health
