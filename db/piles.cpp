#include "db/piles.h"

#include "db/query.h"

namespace db::piles {
namespace {

constexpr auto begin_one = R"sql(
    INSERT INTO outgoing_piles AS old (target_id, began_at) VALUES ($1, $2)
    ON CONFLICT (target_id) DO UPDATE SET began_at = excluded.began_at
    WHERE old.began_at <= excluded.began_at - interval '72 hours'
)sql";
constexpr auto select_members = R"sql(
    SELECT DISTINCT p.from_id FROM approaches p JOIN users u ON u.account_id = p.from_id
    WHERE p.target_id = $1 AND p.at > $2
)sql";
constexpr auto claim_one = R"sql(
    INSERT INTO slow_downs AS old (account_id, target_id, at) VALUES ($1, $2, $3)
    ON CONFLICT (account_id, target_id) DO UPDATE SET at = excluded.at
    WHERE old.at <= excluded.at - interval '72 hours'
)sql";
constexpr auto claim_shields = R"sql(
    UPDATE shields SET told_at = $1
    WHERE account_id = ANY (ARRAY(
        SELECT account_id FROM shields
        WHERE raised_by = 'burst' AND (told_at IS NULL OR told_at < raised_at) AND until > $1
        FOR UPDATE SKIP LOCKED))
    RETURNING account_id
)sql";

} // namespace

bool begin(Tx& tx, AccountId target, Time now) {
    return exec(tx, begin_one, target, now).affected_rows() == 1;
}

std::vector<AccountId> members(Tx& tx, AccountId target, Time since) {
    return ids_of<AccountId>(exec(tx, select_members, target, since));
}

bool claim_slow_down(Tx& tx, AccountId member, AccountId target, Time now) {
    return exec(tx, claim_one, member, target, now).affected_rows() == 1;
}

std::vector<AccountId> claim_untold_shields(Tx& tx, Time now) {
    return ids_of<AccountId>(exec(tx, claim_shields, now));
}

} // namespace db::piles
