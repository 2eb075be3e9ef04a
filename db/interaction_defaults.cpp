#include "db/interaction_defaults.h"

#include "db/query.h"

namespace db::interaction_defaults {
namespace {

constexpr auto select_policy = R"sql(
    SELECT policy FROM interaction_defaults WHERE account_id = $1 AND visibility = $2
)sql";
constexpr auto upsert_policy = R"sql(
    INSERT INTO interaction_defaults (account_id, visibility, policy) VALUES ($1, $2, $3)
    ON CONFLICT (account_id, visibility) DO UPDATE SET policy = excluded.policy
)sql";
constexpr auto delete_policy =
    "DELETE FROM interaction_defaults WHERE account_id = $1 AND visibility = $2";

constexpr auto delete_all = "DELETE FROM interaction_defaults WHERE account_id = $1";

Json read(Columns c) {
    return c.json();
}

} // namespace

Json find(Tx& tx, AccountId account, Visibility visibility) {
    return first_of(exec(tx, select_policy, account, to_string(visibility)), read).value_or(Json());
}

void set(Tx& tx, AccountId account, Visibility visibility, const Json& policy) {
    if (policy.is_null())
        exec(tx, delete_policy, account, to_string(visibility));
    else
        exec(tx, upsert_policy, account, to_string(visibility), policy);
}

void remove_of(Tx& tx, AccountId account) {
    exec(tx, delete_all, account);
}

} // namespace db::interaction_defaults
