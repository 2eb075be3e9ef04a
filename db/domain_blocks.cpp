#include "db/domain_blocks.h"

#include "db/paged.h"

namespace db::domain_blocks {
namespace {

constexpr auto insert_row = R"sql(
    INSERT INTO member_domain_blocks (account_id, domain) VALUES ($1, $2) ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_row =
    "DELETE FROM member_domain_blocks WHERE account_id = $1 AND domain = $2";
constexpr auto select_one = R"sql(
    SELECT 1 FROM member_domain_blocks d JOIN accounts a ON a.domain = d.domain
    WHERE d.account_id = $1 AND a.id = $2
)sql";
constexpr auto select_of_host = R"sql(
    SELECT 1 FROM member_domain_blocks d
    WHERE d.account_id = $1
      AND (d.domain = $2
           OR EXISTS (SELECT 1 FROM accounts a WHERE a.host = $2 AND a.domain = d.domain))
    LIMIT 1
)sql";
constexpr auto select_page = paged(Sql(R"sql(
    SELECT id, domain FROM member_domain_blocks WHERE account_id = $1 AND id < $2 AND id > $3
)sql"));
constexpr auto select_related = R"sql(
    SELECT a.id FROM follows f JOIN accounts a ON a.id = f.followed_id
    WHERE f.follower_id = $1 AND a.domain = $2
    UNION
    SELECT a.id FROM follows f JOIN accounts a ON a.id = f.follower_id
    WHERE f.followed_id = $1 AND a.domain = $2
    ORDER BY 1
)sql";
constexpr auto delete_notifications = R"sql(
    DELETE FROM notifications n USING accounts a
    WHERE n.account_id = $1 AND a.id = n.from_id AND a.domain = $2
)sql";

DomainBlock read(Columns c) {
    DomainBlock block;
    block.id = c.number();
    block.domain = c.text();
    return block;
}

} // namespace

bool insert(Tx& tx, AccountId account, std::string_view domain) {
    return exec(tx, insert_row, account, domain).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, std::string_view domain) {
    return exec(tx, delete_row, account, domain).affected_rows() == 1;
}

bool exists(Tx& tx, AccountId account, AccountId other) {
    return !exec(tx, select_one, account, other).empty();
}

bool blocks_host(Tx& tx, AccountId account, std::string_view host) {
    return !exec(tx, select_of_host, account, host).empty();
}

std::vector<DomainBlock> list(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, select_page, read, page, account);
}

std::vector<AccountId> related(Tx& tx, AccountId account, std::string_view domain) {
    return ids_of<AccountId>(exec(tx, select_related, account, domain));
}

void remove_notifications(Tx& tx, AccountId account, std::string_view domain) {
    exec(tx, delete_notifications, account, domain);
}

} // namespace db::domain_blocks
