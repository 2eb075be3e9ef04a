#pragma once

#include "base/id.h"
#include "db/tags.h"
#include "db/tx.h"

#include <string>
#include <string_view>
#include <vector>

/// Finding accounts and hashtags by the beginning of a name. Posts: db/status_search.h.
namespace db::search {

struct AccountQuery {
    std::string name{};   ///< Beginning of a user name, or of words of a display name.
    std::string domain{}; ///< Beginning of the handle's host; "" any.
    AccountId reader{};
    bool followed_only = false; ///< Only whom the reader follows.
    int limit = 40;
    int offset = 0;
};
/// The exact user name first, then whom the reader follows. Nobody blocked either way; remote
/// accounts only when discoverable or followed or named exactly.
std::vector<AccountId> accounts(Tx& tx, const AccountQuery& query);

struct TagQuery {
    std::string prefix{}; ///< Folded.
    AccountId reader{};
    int limit = 20;
    int offset = 0;
};
/// Tags that stand on a public post that the reader may see, shortest first.
std::vector<Tag> tags(Tx& tx, const TagQuery& query);

/// One day of a tag's use in public posts.
struct TagDay {
    TagId tag{};
    std::int64_t day = 0; ///< Seconds since 1970, start of the day in UTC.
    std::int64_t uses = 0;
    std::int64_t accounts = 0;
};
/// The last seven days in which each tag was used.
std::vector<TagDay> tag_history(Tx& tx, const std::vector<TagId>& tags);

} // namespace db::search
