#include "db/roster_orgs.h"

#include "db/query.h"

namespace db::roster_orgs {
namespace {

RosterOrg read(Columns c) {
    RosterOrg org;
    org.sourced_id = c.text();
    org.name = c.text();
    org.type = c.text();
    org.identifier = c.text();
    org.parent = c.text();
    org.modified_at = c.maybe_time();
    return org;
}

constexpr auto select_all = R"sql(
    SELECT sourced_id, name, type, identifier, parent_id, modified_at FROM roster_orgs
    ORDER BY sourced_id
)sql";
constexpr auto upsert = R"sql(
    INSERT INTO roster_orgs (sourced_id, name, type, identifier, parent_id, modified_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (sourced_id) DO UPDATE SET
        name = excluded.name, type = excluded.type, identifier = excluded.identifier,
        parent_id = excluded.parent_id, modified_at = excluded.modified_at
)sql";
constexpr auto delete_some = "DELETE FROM roster_orgs WHERE sourced_id = ANY ($1::text[])";

} // namespace

std::vector<RosterOrg> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

void store(Tx& tx, std::span<const RosterOrg> orgs) {
    for (const auto& org : orgs) {
        exec(tx,
             upsert,
             org.sourced_id,
             org.name,
             org.type,
             org.identifier,
             org.parent,
             org.modified_at);
    }
}

void remove(Tx& tx, const std::vector<std::string>& sourced_ids) {
    exec(tx, delete_some, sourced_ids);
}

} // namespace db::roster_orgs
