#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>

/// Answers and boosts of our members that need leave of the author of what they answer or boost.
namespace db::reply_requests {

void insert(Tx& tx, StatusId status, AccountId author);
/// A boost, which gets this visibility when leave is given.
void insert_boost(Tx& tx, StatusId boost, AccountId author, std::string_view wanted_visibility);
/// Gives it that visibility, and returns it; nothing when it never waited.
std::optional<Visibility> show_boost(Tx& tx, StatusId boost);
/// The author's word, with the stamp or "" for no. False when nothing waits for that author's word.
bool decide(Tx& tx, StatusId status, AccountId author, std::string_view stamp_uri, Time now);
/// "" when there is none.
std::string find_stamp(Tx& tx, StatusId status);
/// Whether it was sent to nobody but that author.
bool is_kept_back(Tx& tx, StatusId status);

} // namespace db::reply_requests
