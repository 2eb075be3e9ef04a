#include "db/bookmarks.h"

#include "db/paging.h"
#include "db/query.h"

namespace db::bookmarks {
namespace {

constexpr auto insert_bookmark = R"sql(
    INSERT INTO bookmarks (account_id, status_id) VALUES ($1, $2)
    ON CONFLICT (account_id, status_id) DO NOTHING
)sql";
constexpr auto delete_bookmark = "DELETE FROM bookmarks WHERE account_id = $1 AND status_id = $2";
constexpr auto select_among =
    "SELECT status_id FROM bookmarks WHERE account_id = $1 AND status_id = ANY ($2::bigint[])";
constexpr auto select_page = R"sql(
    SELECT id, status_id FROM bookmarks
    WHERE account_id = $1 AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4
)sql";
constexpr auto select_page_upwards = R"sql(
    SELECT id, status_id FROM bookmarks
    WHERE account_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4
)sql";

Bookmark read(Columns c) {
    Bookmark bookmark;
    bookmark.id = c.number();
    bookmark.status = c.id<StatusId>();
    return bookmark;
}

} // namespace

bool insert(Tx& tx, AccountId account, StatusId status) {
    return exec(tx, insert_bookmark, account, status).affected_rows() == 1;
}

bool remove(Tx& tx, AccountId account, StatusId status) {
    return exec(tx, delete_bookmark, account, status).affected_rows() == 1;
}

std::vector<StatusId> among(Tx& tx, AccountId account, const std::vector<StatusId>& statuses) {
    return ids_of<StatusId>(exec(tx, select_among, account, statuses));
}

std::vector<Bookmark> list(Tx& tx, AccountId account, const Page& page) {
    return page_of(tx, {select_page, select_page_upwards}, read, page, account);
}

} // namespace db::bookmarks
