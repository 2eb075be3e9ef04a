#include "db/oauth_codes.h"

#include "db/query.h"

namespace db::oauth_codes {
namespace {

OauthCode read(Columns c) {
    OauthCode code;
    code.code_hash = c.text();
    code.app = c.id<AppId>();
    code.account = c.id<AccountId>();
    code.redirect_uri = c.text();
    code.scopes = c.texts();
    code.code_challenge = c.text();
    code.created_at = c.time();
    return code;
}

constexpr auto insert_code = R"sql(
    INSERT INTO oauth_codes (code_hash, app_id, account_id, redirect_uri, scopes, code_challenge,
        created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
)sql";

constexpr auto use_code = R"sql(
    UPDATE oauth_codes SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL
    RETURNING code_hash, app_id, account_id, redirect_uri, scopes, code_challenge, created_at
)sql";

constexpr auto delete_before = "DELETE FROM oauth_codes WHERE created_at < $1";
constexpr auto delete_of_account = "DELETE FROM oauth_codes WHERE account_id = $1";

} // namespace

void insert(Tx& tx, const OauthCode& code) {
    exec(tx,
         insert_code,
         code.code_hash,
         code.app,
         code.account,
         code.redirect_uri,
         code.scopes,
         code.code_challenge,
         code.created_at);
}

std::optional<OauthCode> use(Tx& tx, std::string_view code_hash, Time now) {
    return first_of(exec(tx, use_code, code_hash, now), read);
}

void remove_before(Tx& tx, Time created_before) {
    exec(tx, delete_before, created_before);
}

void remove_of(Tx& tx, AccountId account) {
    exec(tx, delete_of_account, account);
}

} // namespace db::oauth_codes
