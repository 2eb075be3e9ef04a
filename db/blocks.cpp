#include "db/blocks.h"

#include "db/paging.h"
#include "db/query.h"

namespace db::blocks {
namespace {

constexpr auto insert_block = R"sql(
    INSERT INTO blocks (account_id, target_id, uri) VALUES ($1, $2, $3)
    ON CONFLICT (account_id, target_id) DO NOTHING
)sql";
constexpr auto delete_block = R"sql(
    DELETE FROM blocks WHERE account_id = $1 AND target_id = $2
    RETURNING id, account_id, target_id, uri, created_at
)sql";
constexpr auto select_block = R"sql(
    SELECT id, account_id, target_id, uri, created_at FROM blocks
    WHERE account_id = $1 AND target_id = $2
)sql";
constexpr auto select_by_uri = R"sql(
    SELECT id, account_id, target_id, uri, created_at FROM blocks
    WHERE account_id = $1 AND uri = $2 AND uri <> ''
)sql";
constexpr auto select_between = R"sql(
    SELECT 1 FROM blocks
    WHERE (account_id = $1 AND target_id = $2) OR (account_id = $2 AND target_id = $1) LIMIT 1
)sql";
constexpr auto select_blocked =
    "SELECT target_id FROM blocks WHERE account_id = $1 AND target_id = ANY ($2::bigint[])";
constexpr auto select_blocking =
    "SELECT account_id FROM blocks WHERE target_id = $1 AND account_id = ANY ($2::bigint[])";
constexpr auto select_page = R"sql(
    SELECT id, account_id, target_id, uri, created_at FROM blocks
    WHERE account_id = $1 AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4
)sql";
constexpr auto select_page_upwards = R"sql(
    SELECT id, account_id, target_id, uri, created_at FROM blocks
    WHERE account_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4
)sql";

Block read(Columns c) {
    Block block;
    block.id = c.number();
    block.account = c.id<AccountId>();
    block.target = c.id<AccountId>();
    block.uri = c.text();
    block.created_at = c.time();
    return block;
}

} // namespace

bool insert(Tx& tx, AccountId account, AccountId target, const std::string& uri) {
    return exec(tx, insert_block, account, target, uri).affected_rows() == 1;
}

std::optional<Block> remove(Tx& tx, AccountId account, AccountId target) {
    return first_of(exec(tx, delete_block, account, target), read);
}

std::optional<Block> find(Tx& tx, AccountId account, AccountId target) {
    return first_of(exec(tx, select_block, account, target), read);
}

std::optional<Block> find_by_uri(Tx& tx, AccountId account, const std::string& uri) {
    return first_of(exec(tx, select_by_uri, account, uri), read);
}

bool exists_between(Tx& tx, AccountId a, AccountId b) {
    return !exec(tx, select_between, a, b).empty();
}

std::vector<AccountId> blocked_among(Tx& tx,
                                     AccountId account,
                                     const std::vector<AccountId>& others) {
    return ids_of<AccountId>(exec(tx, select_blocked, account, others));
}

std::vector<AccountId> blocking_among(Tx& tx,
                                      AccountId account,
                                      const std::vector<AccountId>& others) {
    return ids_of<AccountId>(exec(tx, select_blocking, account, others));
}

std::vector<Block> list(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, {select_page, select_page_upwards}, read, page, account);
}

} // namespace db::blocks
