#include "outbox/bookmark.h"

#include "db/bookmarks.h"

namespace outbox {

Result<db::Status> bookmark(db::Tx& tx, const Acting& acting, StatusId id) {
    auto status = find_readable(tx, acting, id);
    if (status) db::bookmarks::insert(tx, acting.account, status->id);
    return status;
}

Result<db::Status> unbookmark(db::Tx& tx, const Acting& acting, StatusId id) {
    auto status = find_readable(tx, acting, id);
    if (status) db::bookmarks::remove(tx, acting.account, status->id);
    return status;
}

} // namespace outbox
