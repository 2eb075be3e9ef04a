#include "db/account_collections.h"

#include "db/paged.h"

namespace db::account_collections {
namespace {

constexpr Sql select_columns = R"sql(
    SELECT c.id, c.account_id, c.name, c.description, c.language, c.sensitive, c.discoverable, c.tag,
        c.created_at, c.updated_at
    FROM account_collections c JOIN accounts a ON a.id = c.account_id
        AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
)sql";
constexpr auto select_one = select_columns + Sql(R"sql(
    WHERE c.id = $1 AND NOT EXISTS (
        SELECT 1 FROM blocks b WHERE b.account_id = c.account_id AND b.target_id = $2)
)sql");
constexpr auto select_of_account = select_columns + Sql(R"sql(
    WHERE c.account_id = $1 AND (c.discoverable OR c.account_id = $2) AND NOT EXISTS (
        SELECT 1 FROM blocks b WHERE b.account_id = c.account_id AND b.target_id = $2)
    ORDER BY c.id DESC LIMIT $3 OFFSET $4
)sql");
constexpr auto select_with_account = select_columns + Sql(R"sql(
    JOIN account_collection_items i ON i.collection_id = c.id AND i.account_id = $1
        AND i.state = 'accepted'
    ORDER BY c.id DESC LIMIT $2 OFFSET $3
)sql");
constexpr auto insert_collection = R"sql(
    INSERT INTO account_collections (account_id, name, description, language, sensitive,
        discoverable, tag, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    RETURNING id
)sql";
constexpr auto update_collection = R"sql(
    UPDATE account_collections SET name = $2, description = $3, language = $4, sensitive = $5,
        discoverable = $6, tag = $7, updated_at = $8
    WHERE id = $1
)sql";
constexpr auto delete_collection = "DELETE FROM account_collections WHERE id = $1";
constexpr auto lock_account =
    "SELECT pg_advisory_xact_lock(hashtextextended('account_collections', $1::bigint))";
constexpr auto count_of_account = "SELECT count(*) FROM account_collections WHERE account_id = $1";

constexpr auto select_items = R"sql(
    SELECT i.id, i.collection_id, i.account_id, i.created_at
    FROM account_collection_items i JOIN accounts a ON a.id = i.account_id
    WHERE i.collection_id = ANY ($1::bigint[]) AND i.state = 'accepted'
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = $2)
    ORDER BY i.id
)sql";
constexpr auto select_item = R"sql(
    SELECT id, collection_id, account_id, created_at FROM account_collection_items
    WHERE collection_id = $1 AND id = $2 AND state = 'accepted'
)sql";
constexpr auto lock_collection = "SELECT 1 FROM account_collections WHERE id = $1 FOR UPDATE";
constexpr auto count_of_items =
    "SELECT count(*) FROM account_collection_items WHERE collection_id = $1";
constexpr auto insert_one_item = R"sql(
    INSERT INTO account_collection_items (collection_id, account_id, created_at)
    VALUES ($1, $2, $3)
    ON CONFLICT (collection_id, account_id) DO NOTHING
    RETURNING id, collection_id, account_id, created_at
)sql";
constexpr auto delete_item = "DELETE FROM account_collection_items WHERE id = $1";
constexpr auto update_revoked =
    "UPDATE account_collection_items SET state = 'revoked' WHERE id = $1";

AccountCollection read(Columns c) {
    AccountCollection collection;
    collection.id = c.number();
    collection.account = c.id<AccountId>();
    collection.name = c.text();
    collection.description = c.text();
    collection.language = c.text();
    collection.sensitive = c.flag();
    collection.discoverable = c.flag();
    collection.tag = c.text();
    collection.created_at = c.time();
    collection.updated_at = c.time();
    return collection;
}

AccountCollectionItem read_item(Columns c) {
    AccountCollectionItem item;
    item.id = c.number();
    item.collection = c.number();
    item.account = c.id<AccountId>();
    item.created_at = c.time();
    return item;
}

} // namespace

std::int64_t insert(Tx& tx, const AccountCollection& c) {
    const auto rows = exec(tx,
                           insert_collection,
                           c.account,
                           c.name,
                           c.description,
                           c.language,
                           c.sensitive,
                           c.discoverable,
                           c.tag,
                           c.created_at,
                           c.updated_at);
    return Columns(rows.front()).number();
}

void update(Tx& tx, const AccountCollection& c) {
    exec(tx,
         update_collection,
         c.id,
         c.name,
         c.description,
         c.language,
         c.sensitive,
         c.discoverable,
         c.tag,
         c.updated_at);
}

void remove(Tx& tx, std::int64_t id) {
    exec(tx, delete_collection, id);
}

std::optional<AccountCollection> find(Tx& tx, std::int64_t id, AccountId reader) {
    return first_of(exec(tx, select_one.text, id, reader), read);
}

std::int64_t count(Tx& tx, AccountId account) {
    exec(tx, lock_account, account);
    return Columns(exec(tx, count_of_account, account).front()).number();
}

std::vector<AccountCollection> of_account(
    Tx& tx, AccountId account, AccountId reader, int limit, int offset) {
    return rows_of(exec(tx, select_of_account.text, account, reader, limit, offset), read);
}

std::vector<AccountCollection> with_account(Tx& tx, AccountId account, int limit, int offset) {
    return rows_of(exec(tx, select_with_account.text, account, limit, offset), read);
}

std::vector<AccountCollectionItem> items(Tx& tx,
                                         const std::vector<std::int64_t>& collections,
                                         AccountId reader) {
    return rows_of(exec(tx, select_items, collections, reader), read_item);
}

std::optional<AccountCollectionItem> find_item(Tx& tx, std::int64_t collection, std::int64_t item) {
    return first_of(exec(tx, select_item, collection, item), read_item);
}

std::int64_t count_items(Tx& tx, std::int64_t collection) {
    exec(tx, lock_collection, collection);
    return Columns(exec(tx, count_of_items, collection).front()).number();
}

std::optional<AccountCollectionItem> insert_item(Tx& tx,
                                                 std::int64_t collection,
                                                 AccountId account,
                                                 Time now) {
    return first_of(exec(tx, insert_one_item, collection, account, now), read_item);
}

void remove_item(Tx& tx, std::int64_t item) {
    exec(tx, delete_item, item);
}

void revoke_item(Tx& tx, std::int64_t item) {
    exec(tx, update_revoked, item);
}

} // namespace db::account_collections
