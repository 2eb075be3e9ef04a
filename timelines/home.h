#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/tx.h"

#include <chrono>
#include <stop_token>

/// Home timelines are rows (db/home_timeline.h) for members who were active lately.
namespace timelines {

constexpr std::chrono::hours kept_after_last_visit{24 * 14};

/// Before a member's home is read: when its rows were given up, they are made again. Cheap
/// otherwise (one look by key).
void ensure_home(db::Tx& tx, AccountId member);

/// A member's home after a follow was accepted, or after boosts were shown or hidden again.
void follow_began(db::Tx& tx, AccountId member, AccountId author);
/// After an unfollow, a block, or a follow that the other side ended.
void follow_ended(db::Tx& tx, AccountId member, AccountId author);
/// After an exclusive list changed: whose posts are read at home.
void home_changed(db::Tx& tx, AccountId member);
void tag_follow_began(db::Tx& tx, AccountId member, TagId tag);
void tag_follow_ended(db::Tx& tx, AccountId member, TagId tag);

/// What the nightly check did.
struct HomeCheck {
    int members = 0;
    int added = 0;   ///< Rows that the definition asks for and that were missing.
    int removed = 0; ///< Rows that it does not, or beyond the newest 800.
    int forgotten = 0;
};

/// Compares the rows of every kept home with the definition and mends them, one transaction per
/// member; gives up the rows of members who stayed away. Ends early when asked to stop.
HomeCheck check_homes(db::Pool& pool, Time now, const std::stop_token& stop);

} // namespace timelines
