#include "db/endorsements.h"

#include "db/paged.h"

namespace db::endorsements {
namespace {

constexpr auto insert_one = R"sql(
    INSERT INTO endorsements (account_id, target_id) VALUES ($1, $2)
    ON CONFLICT (account_id, target_id) DO NOTHING
)sql";
constexpr auto delete_one = "DELETE FROM endorsements WHERE account_id = $1 AND target_id = $2";
constexpr auto select_page = paged(Sql(R"sql(
    SELECT e.id, e.target_id FROM endorsements e JOIN accounts a ON a.id = e.target_id
    WHERE e.account_id = $1 AND e.id < $2 AND e.id > $3
      AND a.suspended_at IS NULL AND NOT a.origin_suspended AND a.deleted_at IS NULL
      AND a.id <> ALL (ARRAY(SELECT hidden_id FROM hidden_accounts WHERE reader_id = $5))
)sql"));

Keyed<AccountId> read(Columns c) {
    const auto key = c.number();
    return {.key = key, .id = c.id<AccountId>()};
}

} // namespace

bool insert(Tx& tx, AccountId account, AccountId target) {
    return exec(tx, insert_one, account, target).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, AccountId target) {
    return exec(tx, delete_one, account, target).affected_rows() == 1;
}

std::vector<Keyed<AccountId>> list(Tx& tx, AccountId account, AccountId reader, const Page& page) {
    return page_of(tx, select_page, read, page, account, reader);
}

} // namespace db::endorsements
