#include "db/discovery_budgets.h"

#include "db/query.h"

namespace db::discovery_budgets {
namespace {

constexpr auto add_one = R"sql(
    INSERT INTO discovery_budgets (host, window_start) VALUES ($1, $2)
    ON CONFLICT (host, window_start) DO UPDATE SET count = discovery_budgets.count + 1
    RETURNING count
)sql";
constexpr auto select_count =
    "SELECT count FROM discovery_budgets WHERE host = $1 AND window_start = $2";
constexpr auto delete_old = "DELETE FROM discovery_budgets WHERE window_start < $1";

} // namespace

std::int64_t add(Tx& tx, std::string_view host, Time window_start) {
    return Columns(exec(tx, add_one, host, window_start).front()).number();
}

std::int64_t count(Tx& tx, std::string_view host, Time window_start) {
    const auto rows = exec(tx, select_count, host, window_start);
    return rows.empty() ? 0 : Columns(rows.front()).number();
}

void remove_older_than(Tx& tx, Time limit) {
    exec(tx, delete_old, limit);
}

} // namespace db::discovery_budgets
