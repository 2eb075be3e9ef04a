#include "db/leaver_keys.h"

#include "db/query.h"

namespace db::leaver_keys {
namespace {

constexpr auto select_keys = R"sql(
    SELECT account_id, email, wanted_email, code_hash, code_made_at
    FROM leaver_keys WHERE account_id = $1
)sql";
constexpr auto upsert_wanted = R"sql(
    INSERT INTO leaver_keys (account_id, wanted_email) VALUES ($1, $2)
    ON CONFLICT (account_id) DO UPDATE SET wanted_email = excluded.wanted_email
)sql";
constexpr auto update_confirmed = R"sql(
    UPDATE leaver_keys SET email = wanted_email, wanted_email = ''
    WHERE account_id = $1 AND wanted_email = $2 AND wanted_email <> ''
)sql";
constexpr auto update_emails =
    "UPDATE leaver_keys SET email = '', wanted_email = '' WHERE account_id = $1";
constexpr auto upsert_code = R"sql(
    INSERT INTO leaver_keys (account_id, code_hash, code_made_at) VALUES ($1, $2, $3)
    ON CONFLICT (account_id) DO UPDATE
    SET code_hash = excluded.code_hash, code_made_at = excluded.code_made_at
)sql";
constexpr auto update_user = R"sql(
    UPDATE users u SET email = coalesce((
        SELECT k.email FROM leaver_keys k
        WHERE k.account_id = $1 AND NOT EXISTS (
            SELECT 1 FROM users o
            WHERE lower(o.email) = lower(k.email) AND o.email <> '' AND o.account_id <> $1)), '')
    WHERE u.account_id = $1
)sql";
constexpr auto delete_keys = "DELETE FROM leaver_keys WHERE account_id = $1";
constexpr auto delete_left = R"sql(
    DELETE FROM leaver_keys k USING leavings l
    WHERE l.account_id = k.account_id AND l.left_at <= $1
      AND NOT EXISTS (SELECT 1 FROM stay_requests r
                      WHERE r.account_id = k.account_id AND r.refused_at IS NULL)
)sql";

LeaverKeys read(Columns c) {
    LeaverKeys keys;
    keys.account = c.id<AccountId>();
    keys.email = c.text();
    keys.wanted_email = c.text();
    keys.code_hash = c.text();
    keys.code_made_at = c.maybe_time();
    return keys;
}

} // namespace

LeaverKeys find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_keys, account), read).value_or(LeaverKeys{.account = account});
}

void set_wanted_email(Tx& tx, AccountId account, std::string_view email) {
    exec(tx, upsert_wanted, account, email);
}

bool confirm_email(Tx& tx, AccountId account, std::string_view email) {
    return exec(tx, update_confirmed, account, email).affected_rows() == 1;
}

void clear_emails(Tx& tx, AccountId account) {
    exec(tx, update_emails, account);
}

void set_code(Tx& tx, AccountId account, std::string_view hash, Time at) {
    exec(tx, upsert_code, account, hash, at);
}

void adopt_email(Tx& tx, AccountId account) {
    exec(tx, update_user, account);
}

void remove(Tx& tx, AccountId account) {
    exec(tx, delete_keys, account);
}

void remove_left_before(Tx& tx, Time before) {
    exec(tx, delete_left, before);
}

} // namespace db::leaver_keys
