#include "db/sign_on_identities.h"

#include "db/query.h"

namespace db::sign_on_identities {
namespace {

SignOnIdentity read(Columns c) {
    SignOnIdentity identity;
    identity.id = c.id<SignOnIdentityId>();
    identity.account = c.id<AccountId>();
    identity.issuer = c.text();
    identity.subject = c.text();
    identity.bound_by = c.text();
    identity.role = c.text();
    identity.created_at = c.time();
    identity.seen_at = c.time();
    return identity;
}

constexpr auto insert_one = R"sql(
    INSERT INTO sign_on_identities (account_id, issuer, subject, bound_by, role, created_at, seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6)
    ON CONFLICT (issuer, subject) DO NOTHING
)sql";
constexpr auto select_one = R"sql(
    SELECT id, account_id, issuer, subject, bound_by, role, created_at, seen_at
    FROM sign_on_identities WHERE issuer = $1 AND subject = $2
)sql";
constexpr auto select_of_account = R"sql(
    SELECT id, account_id, issuer, subject, bound_by, role, created_at, seen_at
    FROM sign_on_identities WHERE account_id = $1 ORDER BY id
)sql";
constexpr auto select_all = R"sql(
    SELECT id, account_id, issuer, subject, bound_by, role, created_at, seen_at
    FROM sign_on_identities ORDER BY id LIMIT 10000
)sql";
constexpr auto update_seen = "UPDATE sign_on_identities SET role = $2, seen_at = $3 WHERE id = $1";
constexpr auto delete_of_account = "DELETE FROM sign_on_identities WHERE account_id = $1";

} // namespace

bool insert(Tx& tx, const SignOnIdentity& identity, Time now) {
    return exec(tx,
                insert_one,
                identity.account,
                identity.issuer,
                identity.subject,
                identity.bound_by,
                identity.role,
                now)
               .affected_rows() == 1;
}

std::optional<SignOnIdentity> find(Tx& tx, std::string_view issuer, std::string_view subject) {
    return first_of(exec(tx, select_one, issuer, subject), read);
}

std::vector<SignOnIdentity> list_of(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_of_account, account), read);
}

std::vector<SignOnIdentity> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

void set_seen(Tx& tx, SignOnIdentityId id, std::string_view role, Time now) {
    exec(tx, update_seen, id, role, now);
}

int remove_of(Tx& tx, AccountId account) {
    return static_cast<int>(exec(tx, delete_of_account, account).affected_rows());
}

} // namespace db::sign_on_identities
