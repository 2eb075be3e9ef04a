#include "db/account_keys.h"

#include "db/query.h"

namespace db::account_keys {
namespace {

AccountKey read(Columns c) {
    AccountKey key;
    key.key_uri = c.text();
    key.account = c.id<AccountId>();
    key.algorithm = c.text();
    key.public_pem = c.text();
    key.private_pem = c.text();
    key.created_at = c.time();
    key.retired_at = c.maybe_time();
    return key;
}

constexpr auto insert_key = R"sql(
    INSERT INTO account_keys (key_uri, account_id, algorithm, public_pem, private_pem, created_at,
        retired_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
)sql";

constexpr auto select_by_uri = R"sql(
    SELECT key_uri, account_id, algorithm, public_pem, private_pem, created_at, retired_at
    FROM account_keys WHERE key_uri = $1
)sql";

constexpr auto select_of_account = R"sql(
    SELECT key_uri, account_id, algorithm, public_pem, private_pem, created_at, retired_at
    FROM account_keys WHERE account_id = $1
    ORDER BY created_at DESC, key_uri
)sql";

constexpr auto select_signing = R"sql(
    SELECT key_uri, account_id, algorithm, public_pem, private_pem, created_at, retired_at
    FROM account_keys
    WHERE account_id = $1 AND algorithm = $2 AND private_pem IS NOT NULL
      AND (retired_at IS NULL OR retired_at > $3)
    ORDER BY created_at, key_uri LIMIT 1
)sql";

constexpr auto select_published = R"sql(
    SELECT key_uri, account_id, algorithm, public_pem, private_pem, created_at, retired_at
    FROM account_keys
    WHERE account_id = $1 AND algorithm = $2 AND private_pem IS NOT NULL AND retired_at IS NULL
    ORDER BY created_at DESC, key_uri DESC LIMIT 1
)sql";

constexpr auto retire_older = R"sql(
    UPDATE account_keys SET retired_at = $3
    WHERE account_id = $1 AND created_at < $2 AND retired_at IS NULL
)sql";

// A key id is bound to its first owner: an actor that lists another one's key gets nothing.
constexpr auto upsert_remote = R"sql(
    INSERT INTO account_keys (key_uri, account_id, algorithm, public_pem)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (key_uri) DO UPDATE
    SET algorithm = excluded.algorithm, public_pem = excluded.public_pem
    WHERE account_keys.account_id = excluded.account_id AND account_keys.private_pem IS NULL
)sql";

constexpr auto delete_others = R"sql(
    DELETE FROM account_keys
    WHERE account_id = $1 AND private_pem IS NULL AND NOT key_uri = ANY ($2::text[])
)sql";

constexpr auto insert_change =
    "INSERT INTO key_changes (account_id, old_pem, new_pem) VALUES ($1, $2, $3)";

} // namespace

void insert(Tx& tx, const AccountKey& key) {
    exec(tx,
         insert_key,
         key.key_uri,
         key.account,
         key.algorithm,
         key.public_pem,
         or_null(key.private_pem),
         key.created_at,
         key.retired_at);
}

std::optional<AccountKey> find(Tx& tx, std::string_view key_uri) {
    return first_of(exec(tx, select_by_uri, key_uri), read);
}

std::vector<AccountKey> list(Tx& tx, AccountId account) {
    return rows_of(exec(tx, select_of_account, account), read);
}

std::optional<AccountKey> find_signing(Tx& tx,
                                       AccountId account,
                                       std::string_view algorithm,
                                       Time now) {
    return first_of(exec(tx, select_signing, account, algorithm, now), read);
}

std::optional<AccountKey> find_published(Tx& tx, AccountId account, std::string_view algorithm) {
    return first_of(exec(tx, select_published, account, algorithm), read);
}

void retire_before(Tx& tx, AccountId account, Time created, Time at) {
    exec(tx, retire_older, account, created, at);
}

bool put_remote(Tx& tx, const AccountKey& key) {
    return exec(tx, upsert_remote, key.key_uri, key.account, key.algorithm, key.public_pem)
               .affected_rows() == 1;
}

void remove_others(Tx& tx, AccountId account, const std::vector<std::string>& kept) {
    exec(tx, delete_others, account, kept);
}

void record_change(Tx& tx, AccountId account, std::string_view old_pem, std::string_view new_pem) {
    exec(tx, insert_change, account, old_pem, new_pem);
}

} // namespace db::account_keys
