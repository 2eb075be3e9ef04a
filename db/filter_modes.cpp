#include "db/filter_modes.h"

#include "db/query.h"

namespace db::filter_modes {
namespace {

constexpr auto select_observed = "SELECT filter FROM filter_modes WHERE mode = 'observe'";
constexpr auto put_mode = R"sql(
    INSERT INTO filter_modes (filter, mode) VALUES ($1, $2)
    ON CONFLICT (filter) DO UPDATE SET mode = excluded.mode
)sql";
constexpr auto select_counts = R"sql(
    SELECT filter, verdict, reason, act = 'observed', count(*)
    FROM audit_log WHERE act IN ('verdict', 'observed') AND at >= $1
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 4, 5 DESC, 2, 3
)sql";

std::string read_name(Columns c) {
    return c.text();
}

Count read_count(Columns c) {
    Count count;
    count.filter = c.text();
    count.verdict = c.text();
    count.reason = c.text();
    count.observed = c.flag();
    count.count = c.number();
    return count;
}

} // namespace

std::vector<std::string> observed(Tx& tx) {
    return rows_of(exec(tx, select_observed), read_name);
}

void set(Tx& tx, std::string_view filter, bool observes) {
    exec(tx, put_mode, filter, observes ? "observe" : "enforce");
}

std::vector<Count> counts(Tx& tx, Time since) {
    return rows_of(exec(tx, select_counts, since), read_count);
}

} // namespace db::filter_modes
