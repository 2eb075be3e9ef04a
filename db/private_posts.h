#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace db {

/// What a member wrote that not everybody may read. Asks for no reader: outbox/break_glass.h is its
/// only caller, and decides who that is.
struct PrivatePost {
    StatusId id{};
    std::string uri{};
    std::string visibility{}; ///< "private", "direct", "limited".
    Time created_at{};
    std::optional<Time> edited_at{};
    std::string spoiler_text{};
    std::string content{};                 ///< Clean HTML.
    std::vector<std::string> recipients{}; ///< "ada", "ada@cedar.example": who is named.
    std::string document{};                ///< The object as it was sent.
};

} // namespace db

namespace db::private_posts {

struct Period {
    AccountId author{};
    Time first{};
    Time end{}; ///< Not included.
};
/// Newest first, below `below` (0: from the newest); boosts left out.
std::vector<PrivatePost> list(Tx& tx, const Period& period, StatusId below, int most);

} // namespace db::private_posts
