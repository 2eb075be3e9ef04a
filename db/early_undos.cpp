#include "db/early_undos.h"

#include "db/query.h"

namespace db::early_undos {
namespace {

constexpr auto insert_one = R"sql(
    INSERT INTO early_undos (actor_uri, activity_uri, at) VALUES ($1, $2, $3)
    ON CONFLICT (actor_uri, activity_uri) DO UPDATE SET at = excluded.at
)sql";
constexpr auto select_one =
    "SELECT 1 FROM early_undos WHERE actor_uri = $1 AND activity_uri = $2 AND at >= $3";
constexpr auto delete_old = "DELETE FROM early_undos WHERE at < $1";

} // namespace

void insert(Tx& tx, std::string_view actor_uri, std::string_view activity_uri, Time at) {
    exec(tx, insert_one, actor_uri, activity_uri, at);
}

bool exists(Tx& tx, std::string_view actor_uri, std::string_view activity_uri, Time since) {
    return !exec(tx, select_one, actor_uri, activity_uri, since).empty();
}

void remove_older_than(Tx& tx, Time limit) {
    exec(tx, delete_old, limit);
}

} // namespace db::early_undos
