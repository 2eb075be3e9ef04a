#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <vector>

namespace db {

struct Bookmark {
    std::int64_t id = 0;
    StatusId status{};
};

} // namespace db

namespace db::bookmarks {

/// False when it stands already.
bool insert(Tx& tx, AccountId account, StatusId status);
/// False when there was none.
bool remove(Tx& tx, AccountId account, StatusId status);
/// Which of `statuses` the account has bookmarked.
std::vector<StatusId> among(Tx& tx, AccountId account, const std::vector<StatusId>& statuses);
/// Newest first; page by the bookmark's id.
std::vector<Bookmark> list(Tx& tx, AccountId account, const Page& page);

} // namespace db::bookmarks
