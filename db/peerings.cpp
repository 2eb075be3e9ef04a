#include "db/peerings.h"

#include "db/query.h"

namespace db::peerings {
namespace {

Peering read(Columns c) {
    Peering peering;
    peering.host = c.text();
    peering.wanted_level = c.text();
    peering.restore_level = c.text();
    peering.hold = c.text();
    peering.hold_since = c.maybe_time();
    peering.reviewed_version = c.number();
    peering.actor_uri = c.text();
    peering.inbox_uri = c.text();
    peering.policy_uri = c.text();
    peering.checked_at = c.maybe_time();
    peering.problem = c.text();
    return peering;
}

PeerPolicy read_policy(Columns c) {
    PeerPolicy policy;
    policy.host = c.text();
    policy.version = c.number();
    policy.document = c.text();
    policy.read_at = c.time();
    return policy;
}

std::string read_host(Columns c) {
    return c.text();
}

constexpr auto select_one = R"sql(
    SELECT host, wanted_level, restore_level, hold, hold_since, reviewed_version, actor_uri,
        inbox_uri, policy_uri, checked_at, problem
    FROM peerings WHERE host = $1
)sql";
constexpr auto select_all = R"sql(
    SELECT host, wanted_level, restore_level, hold, hold_since, reviewed_version, actor_uri,
        inbox_uri, policy_uri, checked_at, problem
    FROM peerings ORDER BY host
)sql";
constexpr auto upsert = R"sql(
    INSERT INTO peerings (host, wanted_level, restore_level, hold, hold_since, reviewed_version,
        actor_uri, inbox_uri, policy_uri, checked_at, problem)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (host) DO UPDATE SET wanted_level = excluded.wanted_level,
        restore_level = excluded.restore_level, hold = excluded.hold,
        hold_since = excluded.hold_since, reviewed_version = excluded.reviewed_version,
        actor_uri = excluded.actor_uri, inbox_uri = excluded.inbox_uri,
        policy_uri = excluded.policy_uri, checked_at = excluded.checked_at,
        problem = excluded.problem
)sql";
constexpr auto delete_one = "DELETE FROM peerings WHERE host = $1";
constexpr auto forget_check = "UPDATE peerings SET checked_at = NULL WHERE host = $1";
constexpr auto select_due = R"sql(
    SELECT p.host
    FROM peers p LEFT JOIN peerings g ON g.host = p.host
    WHERE (p.level IN ('member', 'partner') OR g.hold <> '')
        AND (g.checked_at IS NULL OR g.checked_at < $1)
    ORDER BY g.checked_at NULLS FIRST, p.host
    LIMIT $2
)sql";
constexpr auto insert_version = R"sql(
    INSERT INTO peer_policies (host, version, document, read_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (host, version) DO NOTHING
)sql";
constexpr auto select_version = R"sql(
    SELECT host, version, document, read_at FROM peer_policies
    WHERE host = $1 AND version = $2
)sql";
constexpr auto select_newest = R"sql(
    SELECT host, version, document, read_at FROM peer_policies
    WHERE host = $1 ORDER BY version DESC LIMIT 1
)sql";
constexpr auto delete_older = R"sql(
    DELETE FROM peer_policies WHERE host = $1 AND version <> $3 AND version NOT IN (
        SELECT version FROM peer_policies WHERE host = $1 ORDER BY version DESC LIMIT $2)
)sql";
constexpr auto delete_all = "DELETE FROM peer_policies WHERE host = $1";

} // namespace

std::optional<Peering> find(Tx& tx, std::string_view host) {
    return first_of(exec(tx, select_one, host), read);
}

std::vector<Peering> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

void put(Tx& tx, const Peering& peering) {
    exec(tx,
         upsert,
         peering.host,
         peering.wanted_level,
         peering.restore_level,
         peering.hold,
         peering.hold_since,
         peering.reviewed_version,
         peering.actor_uri,
         peering.inbox_uri,
         peering.policy_uri,
         peering.checked_at,
         peering.problem);
}

void remove(Tx& tx, std::string_view host) {
    exec(tx, delete_one, host);
}

void ask_for_check(Tx& tx, std::string_view host) {
    exec(tx, forget_check, host);
}

std::vector<std::string> list_due(Tx& tx, Time before, int most) {
    return rows_of(exec(tx, select_due, before, most), read_host);
}

bool insert_policy(Tx& tx, const PeerPolicy& policy) {
    return exec(tx, insert_version, policy.host, policy.version, policy.document, policy.read_at)
               .affected_rows() == 1;
}

std::optional<PeerPolicy> find_policy(Tx& tx, std::string_view host, std::int64_t version) {
    return first_of(exec(tx, select_version, host, version), read_policy);
}

std::optional<PeerPolicy> newest_policy(Tx& tx, std::string_view host) {
    return first_of(exec(tx, select_newest, host), read_policy);
}

void forget_policies(Tx& tx, std::string_view host, int kept, std::int64_t but) {
    exec(tx, delete_older, host, kept, but);
}

void remove_policies(Tx& tx, std::string_view host) {
    exec(tx, delete_all, host);
}

} // namespace db::peerings
