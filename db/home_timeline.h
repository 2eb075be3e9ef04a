#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <vector>

/// Stored home timelines. The view `home_definition` (migration 0021) says what belongs into one;
/// every function here compares with it or inserts from it. Rows are kept for members with
/// users.home_kept; blocks, mutes and suspensions are applied when it is read.
namespace db::home_timeline {

/// Rows that are kept per member.
constexpr int max_rows = 800;

/// Adds the status to every home that it belongs to.
void add_status(Tx& tx, StatusId status);
bool holds(Tx& tx, AccountId member, StatusId status);
/// Adds the newest posts of an account to a member's home, after a follow.
void add_author(Tx& tx, AccountId member, AccountId author);
/// Takes out what no longer belongs there, after an unfollow or block, or when boosts were hidden.
void remove_author(Tx& tx, AccountId member, AccountId author);
/// The same for a hashtag, after it was followed, and unfollowed.
void add_tag(Tx& tx, AccountId member, TagId tag);
void remove_tag(Tx& tx, AccountId member, TagId tag);

/// False when the rows of this member are not kept at the moment (away for long).
bool is_kept(Tx& tx, AccountId member);
/// Marks them as kept (from now on add_status fills them) or not.
void set_kept(Tx& tx, AccountId member, bool kept);
/// Inserts what is missing, up to max_rows newest. Returns how many were.
int add_missing(Tx& tx, AccountId member);
/// Removes what does not belong there, and what is older than the newest max_rows. Returns how
/// many.
int remove_excess(Tx& tx, AccountId member);
void remove_all(Tx& tx, AccountId member);

/// Members whose rows are kept, by id above `after`.
std::vector<AccountId> list_kept(Tx& tx, AccountId after, int limit);
/// Stops keeping rows of members who were not active since; returns whose.
std::vector<AccountId> forget_inactive(Tx& tx, Time active_since);

} // namespace db::home_timeline
