#include "db/door_refusals.h"

#include "db/query.h"

namespace db::door_refusals {
namespace {

constexpr auto add_count = R"sql(
    INSERT INTO door_refusals (host, hour, reason, count) VALUES ($1, $2, $3, $4)
    ON CONFLICT (host, hour, reason) DO UPDATE SET count = door_refusals.count + excluded.count
)sql";
constexpr auto sum_counts = R"sql(
    SELECT coalesce(sum(count), 0)::bigint FROM door_refusals WHERE host = $1 AND reason = $2
)sql";
constexpr auto select_of_host = R"sql(
    SELECT hour, reason, count FROM door_refusals WHERE host = $1
    ORDER BY hour DESC, reason LIMIT 100
)sql";
constexpr auto delete_old = "DELETE FROM door_refusals WHERE hour < $1";

Refused read(Columns c) {
    Refused refused;
    refused.hour = c.time();
    refused.reason = c.text();
    refused.count = c.number();
    return refused;
}

} // namespace

void add(Tx& tx, std::string_view host, Time hour, std::string_view reason, std::int64_t count) {
    exec(tx, add_count, host, hour, reason, count);
}

std::int64_t count(Tx& tx, std::string_view host, std::string_view reason) {
    return Columns(exec(tx, sum_counts, host, reason).front()).number();
}

std::vector<Refused> list(Tx& tx, std::string_view host) {
    return rows_of(exec(tx, select_of_host, host), read);
}

void remove_older_than(Tx& tx, Time limit) {
    exec(tx, delete_old, limit);
}

} // namespace db::door_refusals
