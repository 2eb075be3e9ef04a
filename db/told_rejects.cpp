#include "db/told_rejects.h"

#include "db/query.h"

namespace db::told_rejects {
namespace {

constexpr auto claim_hour = R"sql(
    INSERT INTO told_rejects (account_id, at) VALUES ($1, $2)
    ON CONFLICT (account_id) DO UPDATE SET at = excluded.at
    WHERE told_rejects.at <= excluded.at - interval '1 hour'
)sql";

} // namespace

bool claim(Tx& tx, AccountId account, Time now) {
    return exec(tx, claim_hour, account, now).affected_rows() == 1;
}

} // namespace db::told_rejects
