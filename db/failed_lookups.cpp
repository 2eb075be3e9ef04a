#include "db/failed_lookups.h"

#include "db/query.h"

namespace db::failed_lookups {
namespace {

constexpr auto select_one = "SELECT reason FROM failed_lookups WHERE uri = $1 AND until > $2";
constexpr auto upsert = R"sql(
    INSERT INTO failed_lookups (uri, reason, until) VALUES ($1, $2, $3)
    ON CONFLICT (uri) DO UPDATE SET reason = excluded.reason, until = excluded.until
)sql";
constexpr auto delete_one = "DELETE FROM failed_lookups WHERE uri = $1";
constexpr auto delete_of_host = R"sql(
    DELETE FROM failed_lookups
    WHERE starts_with(uri, 'https://' || $1 || '/') OR starts_with(uri, 'http://' || $1 || '/')
)sql";
constexpr auto delete_expired = "DELETE FROM failed_lookups WHERE until <= $1";

} // namespace

std::optional<std::string> find(Tx& tx, std::string_view uri, Time now) {
    const auto rows = exec(tx, select_one, uri, now);
    if (rows.empty()) return std::nullopt;
    return Columns(rows.front()).text();
}

void put(Tx& tx, std::string_view uri, std::string_view reason, Time until) {
    exec(tx, upsert, uri, reason, until);
}

void remove(Tx& tx, std::string_view uri) {
    exec(tx, delete_one, uri);
}

void remove_of_host(Tx& tx, std::string_view host) {
    exec(tx, delete_of_host, host);
}

void remove_expired(Tx& tx, Time now) {
    exec(tx, delete_expired, now);
}

} // namespace db::failed_lookups
