#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace db {

/// What a reader looks for in posts. Absent: no matter.
struct StatusQuery {
    std::string text{};          ///< Words, "phrases", -without, this or that; "" all.
    std::string text_language{}; ///< By whose stems the words are also looked for, "en".
    AccountId from{};
    AccountId not_from{};
    std::string language{};
    std::optional<bool> has_media{};
    std::optional<bool> has_poll{};
    std::optional<bool> has_link{};
    std::optional<bool> is_reply{};
    std::optional<bool> is_sensitive{};
    bool in_public = true;  ///< Public posts of those who let them be found.
    bool in_library = true; ///< The reader's own posts, and what the reader was mentioned in,
                            ///< favourited, boosted, bookmarked or voted in.
    int offset = 0;
};

} // namespace db

/// The words of posts: the table status_search (migration 0113).
namespace db::status_search {

/// Newest first; only what lists may show to the reader. Not in a Tx of Durability::PerStatement:
/// it asks for a plan of its own, as common and rare words need different ones.
std::vector<StatusId> find(Tx& tx, AccountId reader, const StatusQuery& query, const Page& page);

} // namespace db::status_search
