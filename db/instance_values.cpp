#include "db/instance_values.h"

#include "db/query.h"

namespace db::instance_values {
namespace {

constexpr auto select_one = "SELECT value FROM instance_values WHERE name = $1";
constexpr auto upsert = R"sql(
    INSERT INTO instance_values (name, value) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
)sql";
// The update changes nothing; it makes RETURNING show the row that another process inserted.
constexpr auto insert_or_keep = R"sql(
    INSERT INTO instance_values (name, value) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET value = instance_values.value
    RETURNING value
)sql";

} // namespace

std::optional<std::string> find(Tx& tx, std::string_view name) {
    const auto rows = exec(tx, select_one, name);
    if (rows.empty()) return std::nullopt;
    return Columns(rows.front()).text();
}

void set(Tx& tx, std::string_view name, std::string_view value) {
    exec(tx, upsert, name, value);
}

std::string set_if_absent(Tx& tx, std::string_view name, std::string_view value) {
    return Columns(exec(tx, insert_or_keep, name, value).front()).text();
}

} // namespace db::instance_values
