#include "db/shields.h"

#include "db/query.h"

namespace db::shields {
namespace {

constexpr auto put_shield = R"sql(
    INSERT INTO shields AS kept (account_id, raised_at, until, raised_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id) DO UPDATE SET raised_at = excluded.raised_at, until = excluded.until,
        raised_by = excluded.raised_by
    WHERE kept.until < excluded.raised_at OR excluded.raised_by <> 'burst'
)sql";
constexpr auto delete_shield = "DELETE FROM shields WHERE account_id = $1 AND until > $2";
constexpr auto select_shields = R"sql(
    SELECT account_id, raised_at, until, raised_by FROM shields WHERE until > $1 ORDER BY raised_at
)sql";
constexpr auto select_shield = R"sql(
    SELECT account_id, raised_at, until, raised_by FROM shields
    WHERE account_id = $1 AND until > $2
)sql";
constexpr auto select_shielded = R"sql(
    SELECT account_id FROM shields WHERE account_id = ANY ($1::bigint[]) AND until > $2
)sql";
constexpr auto select_known = R"sql(
    SELECT member, other FROM unnest($1::bigint[], $2::bigint[]) AS pair (member, other)
    WHERE knows(member, other)
)sql";
constexpr auto insert_approach =
    "INSERT INTO approaches (target_id, from_id, at) VALUES ($1, $2, $3)";
constexpr auto count_approaches = R"sql(
    SELECT
        (SELECT count(DISTINCT from_id) FROM approaches
         WHERE target_id = $1 AND at > $2::timestamptz - interval '10 minutes'),
        (SELECT count(DISTINCT from_id) FROM approaches
         WHERE target_id = $1 AND at > $2::timestamptz - interval '6 hours'),
        (SELECT count(DISTINCT (from_id, floor(extract(epoch FROM at) / 21600))) / 112.0
         FROM approaches
         WHERE target_id = $1 AND at <= $2::timestamptz - interval '6 hours'
           AND at > $2::timestamptz - interval '28 days')::float8,
        (SELECT followers_count FROM accounts WHERE id = $1)
)sql";
constexpr auto delete_old = "DELETE FROM approaches WHERE at < $1";

Shield read(Columns c) {
    Shield shield;
    shield.account = c.id<AccountId>();
    shield.raised_at = c.time();
    shield.until = c.time();
    shield.raised_by = c.text();
    return shield;
}

std::pair<AccountId, AccountId> read_pair(Columns c) {
    const auto member = c.id<AccountId>();
    return {member, c.id<AccountId>()};
}

} // namespace

bool raise(Tx& tx, const Shield& shield) {
    return exec(tx, put_shield, shield.account, shield.raised_at, shield.until, shield.raised_by)
               .affected_rows() == 1;
}

bool lower(Tx& tx, AccountId account, Time now) {
    return exec(tx, delete_shield, account, now).affected_rows() == 1;
}

std::optional<Shield> find(Tx& tx, AccountId account, Time now) {
    return first_of(exec(tx, select_shield, account, now), read);
}

std::vector<Shield> list(Tx& tx, Time now) {
    return rows_of(exec(tx, select_shields, now), read);
}

std::vector<AccountId> shielded(Tx& tx, const std::vector<AccountId>& accounts, Time now) {
    return ids_of<AccountId>(exec(tx, select_shielded, accounts, now));
}

std::vector<std::pair<AccountId, AccountId>> known(
    Tx& tx, const std::vector<std::pair<AccountId, AccountId>>& pairs) {
    std::vector<AccountId> members;
    std::vector<AccountId> others;
    for (const auto& [member, other] : pairs) {
        members.push_back(member);
        others.push_back(other);
    }
    return rows_of(exec(tx, select_known, members, others), read_pair);
}

void note_approach(Tx& tx, AccountId target, AccountId from, Time at) {
    exec(tx, insert_approach, target, from, at);
}

Approaches approaches(Tx& tx, AccountId target, Time now) {
    const auto rows = exec(tx, count_approaches, target, now);
    Columns c(rows.front());
    Approaches counted;
    counted.in_10_minutes = c.number();
    counted.in_6_hours = c.number();
    counted.normal_6_hours = c.real();
    counted.followers = c.number();
    return counted;
}

void remove_approaches_before(Tx& tx, Time limit) {
    exec(tx, delete_old, limit);
}

} // namespace db::shields
