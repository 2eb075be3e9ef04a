#include "db/missing_objects.h"

#include "db/query.h"

namespace db::missing_objects {
namespace {

// The update changes nothing, but makes the row come back.
constexpr auto upsert_missing = R"sql(
    INSERT INTO missing_objects (uri, first_seen) VALUES ($1, $2)
    ON CONFLICT (uri) DO UPDATE SET first_seen = missing_objects.first_seen
    RETURNING first_seen
)sql";
constexpr auto delete_missing = "DELETE FROM missing_objects WHERE uri = $1";

} // namespace

Time note(Tx& tx, std::string_view uri, Time now) {
    return Columns(exec(tx, upsert_missing, uri, now).front()).time();
}

void forget(Tx& tx, std::string_view uri) {
    exec(tx, delete_missing, uri);
}

} // namespace db::missing_objects
