#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/filters.h"
#include "db/tx.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// What a member may filter, and how much of it.
namespace timelines {

/// A keyword to add, change (with an id) or remove.
struct KeywordChange {
    db::FilterKeywordId id{}; ///< 0: a new one.
    std::optional<std::string> keyword{};
    std::optional<bool> whole_word{};
    bool remove = false;
};

/// What is to be different; what is absent stays.
struct FilterChanges {
    std::optional<std::string> title{};
    std::optional<std::vector<std::string>> contexts{};
    std::optional<std::string> action{};
    /// The inner nothing: for ever.
    std::optional<std::optional<std::chrono::seconds>> expires_in{};
    std::vector<KeywordChange> keywords{};
};

/// Errors: Unprocessable (no title, no or unknown contexts, an unknown action, a keyword that is
/// empty or too long, too many keywords), NotFound (a keyword of another filter).
Result<db::Filter> make_filter(db::Tx& tx, AccountId owner, const FilterChanges& draft, Time now);
Result<db::Filter> change_filter(db::Tx& tx,
                                 db::Filter filter,
                                 const FilterChanges& changes,
                                 Time now);
Result<db::FilterKeyword> add_keyword(db::Tx& tx,
                                      const db::Filter& filter,
                                      const KeywordChange& change);
Result<db::FilterKeyword> change_keyword(db::Tx& tx,
                                         db::FilterKeyword keyword,
                                         const KeywordChange& change);

} // namespace timelines
