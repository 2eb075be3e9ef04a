#include "db/followed_tags.h"

#include "db/paged.h"

namespace db::followed_tags {
namespace {

constexpr auto insert_row = R"sql(
    INSERT INTO followed_tags (account_id, tag_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
)sql";
constexpr auto delete_row = "DELETE FROM followed_tags WHERE account_id = $1 AND tag_id = $2";
constexpr auto select_count = "SELECT count(*) FROM followed_tags WHERE account_id = $1";
constexpr auto select_page = paged(Sql(R"sql(
    SELECT id, tag_id FROM followed_tags WHERE account_id = $1 AND id < $2 AND id > $3
)sql"));
constexpr auto select_among =
    "SELECT tag_id FROM followed_tags WHERE account_id = $1 AND tag_id = ANY ($2::bigint[])";

Keyed<TagId> read(Columns c) {
    const auto key = c.number();
    return {.key = key, .id = c.id<TagId>()};
}

} // namespace

bool insert(Tx& tx, AccountId account, TagId tag) {
    return exec(tx, insert_row, account, tag).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, TagId tag) {
    return exec(tx, delete_row, account, tag).affected_rows() == 1;
}

int count(Tx& tx, AccountId account) {
    return Columns(exec(tx, select_count, account).front()).small();
}

std::vector<Keyed<TagId>> list(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, select_page, read, page, account);
}

std::vector<TagId> followed_among(Tx& tx, AccountId account, const std::vector<TagId>& tags) {
    return ids_of<TagId>(exec(tx, select_among, account, tags));
}

} // namespace db::followed_tags
