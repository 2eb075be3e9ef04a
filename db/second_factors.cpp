#include "db/second_factors.h"

#include "db/query.h"

namespace db::second_factors {
namespace {

SecondFactor read(Columns c) {
    SecondFactor factor;
    factor.account = c.id<AccountId>();
    factor.secret = c.text();
    factor.is_confirmed = c.flag();
    return factor;
}

constexpr auto select_one =
    "SELECT account_id, secret, confirmed_at IS NOT NULL FROM second_factors WHERE account_id = $1";
constexpr auto upsert = R"sql(
    INSERT INTO second_factors (account_id, secret) VALUES ($1, $2)
    ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, created_at = now()
    WHERE second_factors.confirmed_at IS NULL
)sql";
constexpr auto update_confirmed = R"sql(
    UPDATE second_factors SET confirmed_at = $2 WHERE account_id = $1 AND confirmed_at IS NULL
)sql";
constexpr auto update_step =
    "UPDATE second_factors SET last_step = $2 WHERE account_id = $1 AND last_step < $2";
constexpr auto delete_one = "DELETE FROM second_factors WHERE account_id = $1";
constexpr auto insert_codes = R"sql(
    INSERT INTO recovery_codes (account_id, code_hash) SELECT $1, unnest($2::text[])
)sql";
constexpr auto delete_code = "DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2";
constexpr auto count_codes = "SELECT count(*) FROM recovery_codes WHERE account_id = $1";

} // namespace

std::optional<SecondFactor> find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_one, account), read);
}

bool begin(Tx& tx, AccountId account, std::string_view secret) {
    return exec(tx, upsert, account, secret).affected_rows() == 1;
}

void confirm(Tx& tx, AccountId account, Time at) {
    exec(tx, update_confirmed, account, at);
}

bool use_step(Tx& tx, AccountId account, std::int64_t step) {
    return exec(tx, update_step, account, step).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account) {
    return exec(tx, delete_one, account).affected_rows() == 1;
}

void insert_recovery_codes(Tx& tx, AccountId account, const std::vector<std::string>& hashes) {
    exec(tx, insert_codes, account, hashes);
}

bool use_recovery_code(Tx& tx, AccountId account, std::string_view hash) {
    return exec(tx, delete_code, account, hash).affected_rows() == 1;
}

std::int64_t count_recovery_codes(Tx& tx, AccountId account) {
    return Columns(exec(tx, count_codes, account).front()).number();
}

} // namespace db::second_factors
