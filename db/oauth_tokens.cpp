#include "db/oauth_tokens.h"

#include "db/paged.h"
#include "db/query.h"

namespace db::oauth_tokens {
namespace {

OauthToken read(Columns& c) {
    OauthToken token;
    token.id = c.id<TokenId>();
    token.token_hash = c.text();
    token.app = c.id<AppId>();
    token.account = c.id<AccountId>();
    token.scopes = c.texts();
    token.code_hash = c.text();
    token.created_at = c.time();
    token.last_used_at = c.maybe_time();
    return token;
}

OauthToken read_token(Columns c) {
    return read(c);
}

Live read_live(Columns c) {
    Live live;
    live.token = read(c);
    live.role = parse_role(c.text());
    live.is_confirmed = c.flag();
    live.is_approved = c.flag();
    return live;
}

Connected read_connected(Columns c) {
    Connected connected;
    connected.app = c.id<AppId>();
    connected.app_name = c.text();
    connected.website = c.text();
    connected.scopes = c.texts();
    connected.created_at = c.time();
    connected.last_used_at = c.maybe_time();
    return connected;
}

constexpr auto insert_token = R"sql(
    INSERT INTO oauth_tokens (token_hash, app_id, account_id, scopes, code_hash, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    RETURNING id
)sql";

// An app's own token has no member whose state could matter.
constexpr auto select_live = R"sql(
    SELECT t.id, t.token_hash, t.app_id, t.account_id, t.scopes, t.code_hash, t.created_at,
        t.last_used_at, u.role, t.account_id IS NULL OR u.confirmed_at IS NOT NULL,
        t.account_id IS NULL OR u.approved_at IS NOT NULL
    FROM oauth_tokens t
    LEFT JOIN users u ON u.account_id = t.account_id
    LEFT JOIN accounts a ON a.id = t.account_id
    WHERE t.token_hash = $1 AND t.revoked_at IS NULL
        AND (t.account_id IS NULL
             OR (u.state = 'active' AND a.deleted_at IS NULL
                 AND (a.suspended_at IS NULL
                      OR (NOT u.suspended_waiting
                          AND (u.confirmed_at IS NULL OR u.approved_at IS NULL)))))
)sql";

constexpr auto select_by_hash = R"sql(
    SELECT id, token_hash, app_id, account_id, scopes, code_hash, created_at, last_used_at
    FROM oauth_tokens WHERE token_hash = $1
)sql";

constexpr auto select_connected = R"sql(
    SELECT t.app_id, a.name, a.website, t.scopes, t.created_at, t.last_used_at
    FROM (
        SELECT app_id, array_agg(DISTINCT scope ORDER BY scope) AS scopes,
            max(created_at) AS created_at, max(last_used_at) AS last_used_at
        FROM oauth_tokens, unnest(scopes) AS scope
        WHERE account_id = $1 AND revoked_at IS NULL
        GROUP BY app_id
    ) t
    JOIN oauth_apps a ON a.id = t.app_id
    ORDER BY t.created_at DESC LIMIT 200
)sql";

constexpr auto update_used =
    "UPDATE oauth_tokens SET last_used_at = greatest(last_used_at, $2) WHERE id = $1";
// Live streams and pushes of whose token ends must end too: their processes listen. One message for
// each member, however many tokens.
constexpr Sql told = R"sql(
    ), ended AS (SELECT DISTINCT coalesce(account_id, 0) AS account_id FROM revoked)
    SELECT pg_notify('staffroom_tokens', account_id::text) FROM ended
)sql";
constexpr auto revoke_one = Sql(R"sql(
    WITH revoked AS (
        UPDATE oauth_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL
        RETURNING account_id
)sql") + told;
constexpr auto revoke_by_code = Sql(R"sql(
    WITH revoked AS (
        UPDATE oauth_tokens SET revoked_at = $2 WHERE code_hash = $1 AND revoked_at IS NULL
        RETURNING account_id
)sql") + told;
constexpr auto revoke_by_app = Sql(R"sql(
    WITH revoked AS (
        UPDATE oauth_tokens SET revoked_at = $3
        WHERE account_id = $1 AND app_id = $2 AND revoked_at IS NULL
        RETURNING account_id
)sql") + told;
constexpr auto revoke_by_account = Sql(R"sql(
    WITH revoked AS (
        UPDATE oauth_tokens SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL
        RETURNING account_id
)sql") + told;
constexpr auto delete_revoked = "DELETE FROM oauth_tokens WHERE revoked_at < $1";

} // namespace

TokenId insert(Tx& tx, const OauthToken& token) {
    const auto rows = exec(tx,
                           insert_token,
                           token.token_hash,
                           token.app,
                           or_null(token.account),
                           token.scopes,
                           or_null(token.code_hash),
                           token.created_at);
    return Columns(rows.front()).id<TokenId>();
}

std::optional<Live> find_live(Tx& tx, std::string_view token_hash) {
    return first_of(exec(tx, select_live, token_hash), read_live);
}

std::optional<OauthToken> find(Tx& tx, std::string_view token_hash) {
    return first_of(exec(tx, select_by_hash, token_hash), read_token);
}

std::vector<Connected> list_connected(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_connected, account), read_connected);
}

void set_used(Tx& tx, TokenId token, Time at) {
    exec(tx, update_used, token, at);
}

void revoke(Tx& tx, TokenId token, Time at) {
    exec(tx, revoke_one.text, token, at);
}

void revoke_of_code(Tx& tx, std::string_view code_hash, Time at) {
    exec(tx, revoke_by_code.text, code_hash, at);
}

bool revoke_of_app(Tx& tx, AccountId account, AppId app, Time at) {
    return !exec(tx, revoke_by_app.text, account, app, at).empty();
}

void revoke_of(Tx& tx, AccountId account, Time at) {
    exec(tx, revoke_by_account.text, account, at);
}

void remove_revoked_before(Tx& tx, Time revoked_before) {
    exec(tx, delete_revoked, revoked_before);
}

} // namespace db::oauth_tokens
