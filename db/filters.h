#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace db {

using FilterId = Id<struct FilterTag>;
using FilterKeywordId = Id<struct FilterKeywordTag>;
using FilterStatusId = Id<struct FilterStatusTag>;

struct FilterKeyword {
    FilterKeywordId id{};
    FilterId filter{};
    std::string keyword{};
    bool whole_word = true;
};

struct FilterStatus {
    FilterStatusId id{};
    FilterId filter{};
    StatusId status{};
};

/// What a member does not want to read unprepared.
struct Filter {
    FilterId id{};
    AccountId owner{};
    std::string title{};
    std::vector<std::string> contexts{}; ///< home notifications public thread account
    std::string action = "warn";         ///< "warn", "hide", "blur".
    std::optional<Time> expires_at{};
    std::vector<FilterKeyword> keywords{};
    std::vector<FilterStatus> statuses{};
};

} // namespace db

/// Every function takes the owner: an id alone names nothing.
namespace db::filters {

/// Without keywords and statuses.
FilterId insert(Tx& tx, const Filter& filter);
void update(Tx& tx, const Filter& filter);
bool remove(Tx& tx, AccountId owner, FilterId id);
/// Whole, in the order in which they were made.
std::vector<Filter> list(Tx& tx, AccountId owner);
std::optional<Filter> find(Tx& tx, AccountId owner, FilterId id);
/// Keywords of all the owner's filters.
int count_keywords(Tx& tx, AccountId owner);

FilterKeywordId insert_keyword(Tx& tx, const FilterKeyword& keyword);
void update_keyword(Tx& tx, const FilterKeyword& keyword);
std::optional<FilterKeyword> find_keyword(Tx& tx, AccountId owner, FilterKeywordId id);
bool remove_keyword(Tx& tx, AccountId owner, FilterKeywordId id);

/// Nothing when it stood there already.
std::optional<FilterStatusId> insert_status(Tx& tx, const FilterStatus& status);
std::optional<FilterStatus> find_status(Tx& tx, AccountId owner, FilterStatusId id);
bool remove_status(Tx& tx, AccountId owner, FilterStatusId id);

} // namespace db::filters
