#include "db/scim_tokens.h"

#include "db/query.h"

namespace db::scim_tokens {
namespace {

ScimToken read(Columns c) {
    ScimToken token;
    token.id = c.id<ScimTokenId>();
    token.note = c.text();
    token.created_at = c.time();
    token.used_at = c.maybe_time();
    token.revoked_at = c.maybe_time();
    return token;
}

constexpr auto insert_one = R"sql(
    INSERT INTO scim_tokens (token_hash, note, created_at) VALUES ($1, $2, $3) RETURNING id
)sql";
constexpr auto select_one = R"sql(
    SELECT id, note, created_at, used_at, revoked_at
    FROM scim_tokens WHERE token_hash = $1 AND revoked_at IS NULL
)sql";
constexpr auto update_used = "UPDATE scim_tokens SET used_at = $2 WHERE id = $1";
constexpr auto select_all =
    "SELECT id, note, created_at, used_at, revoked_at FROM scim_tokens ORDER BY id";
constexpr auto update_revoked =
    "UPDATE scim_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

} // namespace

ScimTokenId insert(Tx& tx, std::string_view token_hash, std::string_view note, Time now) {
    return Columns(exec(tx, insert_one, token_hash, note, now).front()).id<ScimTokenId>();
}

std::optional<ScimToken> find(Tx& tx, std::string_view token_hash) {
    return first_of(exec(tx, select_one, token_hash), read);
}

void set_used(Tx& tx, ScimTokenId id, Time now) {
    exec(tx, update_used, id, now);
}

std::vector<ScimToken> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

bool revoke(Tx& tx, ScimTokenId id, Time now) {
    return exec(tx, update_revoked, id, now).affected_rows() == 1;
}

} // namespace db::scim_tokens
