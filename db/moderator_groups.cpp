#include "db/moderator_groups.h"

#include "db/query.h"

namespace db::moderator_groups {
namespace {

ModeratorGroup read(Columns c) {
    ModeratorGroup group;
    group.host = c.text();
    group.actor_uri = c.text();
    group.inbox_uri = c.text();
    group.read_at = c.time();
    return group;
}

constexpr auto select_one =
    "SELECT host, actor_uri, inbox_uri, read_at FROM moderator_groups WHERE host = $1";
constexpr auto upsert = R"sql(
    INSERT INTO moderator_groups (host, actor_uri, inbox_uri, read_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (host) DO UPDATE SET actor_uri = EXCLUDED.actor_uri,
        inbox_uri = EXCLUDED.inbox_uri, read_at = EXCLUDED.read_at
)sql";

} // namespace

std::optional<ModeratorGroup> find(Tx& tx, std::string_view host) {
    return first_of(exec(tx, select_one, host), read);
}

void put(Tx& tx, const ModeratorGroup& group) {
    exec(tx, upsert, group.host, group.actor_uri, group.inbox_uri, group.read_at);
}

} // namespace db::moderator_groups
