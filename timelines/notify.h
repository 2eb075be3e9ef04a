#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <string_view>
#include <vector>

namespace timelines {

/// The values of Mastodon's Notification.type that we make.
enum class NotificationType {
    Mention,
    Status, ///< Somebody posted whose every post the member asked for.
    Reblog,
    Follow,
    FollowRequest,
    Favourite,
    Poll,
    Update, ///< A post that the member boosted was edited.
    Quote,
    PendingQuote, ///< Somebody asks to quote (ours, named after GoToSocial's pending.reply).
};

std::string_view to_string(NotificationType type); ///< "follow_request", ...

struct Notification {
    AccountId recipient{};
    NotificationType type{};
    AccountId from{};
    StatusId status{}; ///< 0 with follows.
    Time now{};
};

/// Tells the recipient, if it is a member who wants to know: see db::notifications::insert for the
/// rules (blocks, mutes, one per pair and day). Returns whether it did. Safe to call twice.
bool notify(db::Tx& tx, const Notification& notification);

/// The event was taken back; a new one of the same kind is told again, as in Mastodon.
void withdraw(db::Tx& tx, const Notification& notification);

/// After an edit: everybody here who boosted the post.
void notify_of_edit(db::Tx& tx, StatusId status, AccountId author, Time now);

/// At the end of a poll: its author if ours, and our members who voted.
void notify_of_poll_end(db::Tx& tx, PollId poll, StatusId status, AccountId author, Time now);

} // namespace timelines
