#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/status_search.h"

#include <optional>
#include <string>
#include <string_view>

namespace api {

/// What somebody typed, taken apart. The operators are Mastodon's; a "-" before one turns it round.
/// What looks like an operator and is none is a word.
struct SearchQuery {
    db::StatusQuery statuses{}; ///< Without from and not_from, which are names here.
    std::string from{};         ///< "me", "alice", "@alice@host".
    std::string not_from{};
    std::optional<Time> after{};  ///< Posted at or after it.
    std::optional<Time> before{}; ///< Posted before it.
    bool has_operators = false;
};

/// Operators: from: has:(media|image|video|audio|poll|link|embed) is:(reply|sensitive)
/// language: before: after: during: (a day, UTC) in:(all|library|public). Pure.
SearchQuery parse_search(std::string_view typed);

} // namespace api
