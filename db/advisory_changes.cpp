#include "db/advisory_changes.h"

#include "db/query.h"

namespace db::advisory_changes {
namespace {

constexpr auto select_counts = R"sql(
    SELECT name, sum(added), sum(removed), sum(in_force)
    FROM (SELECT c.list AS name, (c.added)::int AS added, (NOT c.added)::int AS removed,
              0 AS in_force
          FROM advisory_changes c WHERE c.at >= $1
          UNION ALL
          SELECT l.name, 0, 0, 1
          FROM advisories a JOIN advisory_lists l ON l.id = a.list_id WHERE a.in_force) all_of_them
    GROUP BY name ORDER BY name
)sql";
constexpr auto select_changes = R"sql(
    SELECT at, list, kind, subject, severity, added FROM advisory_changes
    WHERE list = $1 AND at >= $2 ORDER BY id DESC LIMIT $3
)sql";
constexpr auto delete_old = "DELETE FROM advisory_changes WHERE at < $1";

ListDifference read_count(Columns c) {
    ListDifference difference;
    difference.list = c.text();
    difference.added = c.number();
    difference.removed = c.number();
    difference.in_force = c.number();
    return difference;
}

AdvisoryChange read(Columns c) {
    AdvisoryChange change;
    change.at = c.time();
    change.list = c.text();
    change.kind = c.text();
    change.subject = c.text();
    change.severity = c.text();
    change.added = c.flag();
    return change;
}

} // namespace

std::vector<ListDifference> count(Tx& tx, Time since) {
    return rows_of(exec(tx, select_counts, since), read_count);
}

std::vector<AdvisoryChange> list(Tx& tx, std::string_view list, Time since, int most) {
    return rows_of(exec(tx, select_changes, list, since, most), read);
}

void forget(Tx& tx, Time before) {
    exec(tx, delete_old, before);
}

} // namespace db::advisory_changes
