#include "db/throttles.h"

#include "db/query.h"

namespace db::throttles {
namespace {

constexpr auto count_one = R"sql(
    INSERT INTO throttles (key, window_start) VALUES ($1, $2)
    ON CONFLICT (key, window_start) DO UPDATE SET count = throttles.count + 1
    RETURNING count
)sql";

constexpr auto take_one_back = R"sql(
    UPDATE throttles SET count = greatest(count - 1, 0) WHERE key = $1 AND window_start = $2
)sql";

constexpr auto delete_key = "DELETE FROM throttles WHERE key = $1";
constexpr auto delete_before = "DELETE FROM throttles WHERE window_start < $1";

} // namespace

int count(Tx& tx, std::string_view key, Time window_start) {
    return Columns(exec(tx, count_one, key, window_start).front()).small();
}

void take_back(Tx& tx, std::string_view key, Time window_start) {
    exec(tx, take_one_back, key, window_start);
}

void forget(Tx& tx, std::string_view key) {
    exec(tx, delete_key, key);
}

void remove_before(Tx& tx, Time window_start) {
    exec(tx, delete_before, window_start);
}

} // namespace db::throttles
