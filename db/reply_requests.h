#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <string>
#include <string_view>

/// Answers of our members that need leave of their parent's author.
namespace db::reply_requests {

void insert(Tx& tx, StatusId status, AccountId author);
/// The author's word, with the stamp or "" for no. False when nothing waits for that author's word.
bool decide(Tx& tx, StatusId status, AccountId author, std::string_view stamp_uri, Time now);
/// "" when there is none.
std::string find_stamp(Tx& tx, StatusId status);
/// Whether it was sent to nobody but its parent's author.
bool is_kept_back(Tx& tx, StatusId status);

} // namespace db::reply_requests
