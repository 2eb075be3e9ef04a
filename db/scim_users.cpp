#include "db/scim_users.h"

#include "db/query.h"

namespace db::scim_users {
namespace {

ScimUser read(Columns c) {
    ScimUser user;
    user.id = c.id<ScimUserId>();
    user.user_name = c.text();
    user.external_id = c.text();
    user.given_name = c.text();
    user.family_name = c.text();
    user.user_type = c.text();
    user.active = c.flag();
    user.account = c.id<AccountId>();
    user.version = c.small();
    user.created_at = c.time();
    user.changed_at = c.time();
    user.is_removed = c.flag();
    return user;
}

constexpr auto take_lock = "SELECT pg_advisory_xact_lock(hashtext('scim'))";
constexpr auto insert_one = R"sql(
    INSERT INTO scim_users (user_name, external_id, given_name, family_name, user_type, active,
                            created_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id
)sql";
constexpr auto update_one = R"sql(
    UPDATE scim_users
    SET user_name = $2, external_id = $3, given_name = $4, family_name = $5, user_type = $6,
        active = $7, version = version + 1, changed_at = $9,
        removed_at = CASE WHEN $8 THEN $9::timestamptz END
    WHERE id = $1
)sql";
constexpr auto update_account = "UPDATE scim_users SET account_id = $2 WHERE id = $1";
constexpr auto select_one = R"sql(
    SELECT id, user_name, external_id, given_name, family_name, user_type, active, account_id,
           version, created_at, changed_at, removed_at IS NOT NULL
    FROM scim_users WHERE id = $1 AND removed_at IS NULL
)sql";
constexpr auto select_by_name = R"sql(
    SELECT id, user_name, external_id, given_name, family_name, user_type, active, account_id,
           version, created_at, changed_at, removed_at IS NOT NULL
    FROM scim_users WHERE lower(user_name) = lower($1) AND removed_at IS NULL
)sql";
constexpr auto select_by_external_id = R"sql(
    SELECT id, user_name, external_id, given_name, family_name, user_type, active, account_id,
           version, created_at, changed_at, removed_at IS NOT NULL
    FROM scim_users WHERE external_id = $1 AND external_id <> ''
)sql";
constexpr auto select_page = R"sql(
    SELECT id, user_name, external_id, given_name, family_name, user_type, active, account_id,
           version, created_at, changed_at, removed_at IS NOT NULL
    FROM scim_users WHERE removed_at IS NULL ORDER BY id OFFSET $1 LIMIT $2
)sql";
constexpr auto count_all = "SELECT count(*) FROM scim_users WHERE removed_at IS NULL";

} // namespace

void lock(Tx& tx) {
    exec(tx, take_lock);
}

ScimUserId insert(Tx& tx, const ScimUser& user, Time now) {
    return Columns(exec(tx,
                        insert_one,
                        user.user_name,
                        user.external_id,
                        user.given_name,
                        user.family_name,
                        user.user_type,
                        user.active,
                        now)
                       .front())
        .id<ScimUserId>();
}

void update(Tx& tx, const ScimUser& user, Time now) {
    exec(tx,
         update_one,
         user.id,
         user.user_name,
         user.external_id,
         user.given_name,
         user.family_name,
         user.user_type,
         user.active,
         user.is_removed,
         now);
}

void set_account(Tx& tx, ScimUserId id, AccountId account) {
    exec(tx, update_account, id, or_null(account));
}

std::optional<ScimUser> find(Tx& tx, ScimUserId id) {
    return first_of(exec(tx, select_one, id), read);
}

std::optional<ScimUser> find_by_name(Tx& tx, std::string_view user_name) {
    return first_of(exec(tx, select_by_name, user_name), read);
}

std::optional<ScimUser> find_by_external_id(Tx& tx, std::string_view external_id) {
    return first_of(exec(tx, select_by_external_id, external_id), read);
}

std::vector<ScimUser> list(Tx& tx, std::int64_t skip, int most) {
    return rows_of(exec(tx, select_page, skip, most), read);
}

std::int64_t count(Tx& tx) {
    return Columns(exec(tx, count_all).front()).number();
}

} // namespace db::scim_users
