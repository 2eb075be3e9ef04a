#include "db/roster_imports.h"

#include "db/query.h"

namespace db::roster_imports {
namespace {

RosterImport read(Columns c) {
    RosterImport import;
    import.id = c.id<ImportId>();
    import.at = c.time();
    import.source = c.text();
    import.name = c.text();
    import.stamp = c.text();
    import.fingerprint = c.text();
    import.state = c.text();
    import.why = c.text();
    import.is_bulk = c.flag();
    import.taken_at = c.maybe_time();
    import.counts = c.json();
    import.findings = c.json();
    import.actor = c.text();
    import.decided_by = c.text();
    import.decided_at = c.maybe_time();
    import.package = c.json();
    return import;
}

constexpr auto insert_one = R"sql(
    INSERT INTO roster_imports (source, name, stamp, fingerprint, state, why, is_bulk, taken_at,
                                counts, findings, package, actor)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    RETURNING id
)sql";
constexpr auto select_one = R"sql(
    SELECT id, at, source, name, stamp, fingerprint, state, why, is_bulk, taken_at, counts,
           findings, actor, decided_by, decided_at, package
    FROM roster_imports WHERE id = $1
)sql";
constexpr auto select_newest = R"sql(
    SELECT id, at, source, name, stamp, fingerprint, state, why, is_bulk, taken_at, counts,
           findings, actor, decided_by, decided_at, NULL::jsonb
    FROM roster_imports ORDER BY id DESC LIMIT $1
)sql";
constexpr auto update_state = R"sql(
    UPDATE roster_imports SET state = $2, decided_by = $3, decided_at = $4, package = NULL
    WHERE id = $1 AND state = 'waiting'
)sql";
constexpr auto sum_released = R"sql(
    SELECT coalesce(sum(coalesce((counts->>'joined')::bigint, 0) +
                        coalesce((counts->>'lost')::bigint, 0)), 0)::bigint +
           (SELECT count(*) FROM audit_log
            WHERE actor = $1 AND act = 'roster.review' AND at > $2
              AND verdict = 'accepted')
    FROM roster_imports WHERE state = 'applied' AND decided_by = $1 AND decided_at > $2
)sql";
constexpr auto select_stamp = "SELECT 1 FROM roster_imports WHERE stamp = $1 LIMIT 1";
constexpr auto select_bulk_time =
    "SELECT max(taken_at) FROM roster_imports WHERE is_bulk AND state = 'applied'";
constexpr auto reject_old = R"sql(
    UPDATE roster_imports SET state = 'rejected', decided_by = 'age', decided_at = $2, package = NULL
    WHERE state = 'waiting' AND at < $1
)sql";

} // namespace

ImportId insert(Tx& tx, const RosterImport& import) {
    std::optional<Json> package;
    if (!import.package.is_null()) package = import.package;
    return Columns(exec(tx,
                        insert_one,
                        import.source,
                        import.name,
                        import.stamp,
                        import.fingerprint,
                        import.state,
                        import.why,
                        import.is_bulk,
                        import.taken_at,
                        import.counts,
                        import.findings,
                        package,
                        import.actor)
                       .front())
        .id<ImportId>();
}

std::optional<RosterImport> find(Tx& tx, ImportId id) {
    return first_of(exec(tx, select_one, id), read);
}

std::vector<RosterImport> list(Tx& tx, int most) {
    return rows_of(exec(tx, select_newest, most), read);
}

bool decide(Tx& tx, ImportId id, std::string_view state, std::string_view by, Time now) {
    return exec(tx, update_state, id, state, by, now).affected_rows() == 1;
}

std::int64_t count_released(Tx& tx, std::string_view by, Time since) {
    return Columns(exec(tx, sum_released, by, since).front()).number();
}

bool has_stamp(Tx& tx, std::string_view stamp) {
    return !exec(tx, select_stamp, stamp).empty();
}

std::optional<Time> find_bulk_time(Tx& tx) {
    return Columns(exec(tx, select_bulk_time).front()).maybe_time();
}

void reject_waiting_before(Tx& tx, Time before, Time now) {
    exec(tx, reject_old, before, now);
}

} // namespace db::roster_imports
