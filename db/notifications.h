#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct Notification {
    NotificationId id{};
    AccountId account{}; ///< Who is told.
    std::string type{};  ///< Mastodon's Notification.type.
    AccountId from{};
    StatusId status{}; ///< 0: none.
    Time created_at{};
    std::string group_key{}; ///< "ungrouped-<id>" of what is shown alone.
};

/// One of the notifications of a group.
struct GroupMember {
    std::string group_key{};
    NotificationId id{};
    AccountId from{};
};

/// A notification and whom it tells.
struct NotificationKey {
    NotificationId id{};
    AccountId account{};
};

/// Which notifications a list shows. Empty `types`: all.
struct NotificationFilter {
    std::vector<std::string> types{};
    std::vector<std::string> exclude_types{};
    AccountId from{};
    bool include_filtered = false; ///< Also what the member's policy keeps apart.
};

/// One event that several members may be told of.
struct NewNotifications {
    std::vector<AccountId> recipients{};
    std::string_view type{};
    AccountId from{};
    StatusId status{};
    Time now{};
};

} // namespace db

namespace db::notifications {

/// Tells those of the recipients who are members and want to know: no block either way, no mute
/// that hides notifications, domain not blocked, thread not muted, sender and status visible to
/// them, no `limit` verdict on the status, not to oneself (but the end of one's poll); once per
/// status, and without a status once per pair, type and day. The recipient's policy
/// (db/notification_policies.h) may drop it, or keep it apart and make a request of it.
/// Returns what is to be told; what is kept apart is not among it.
std::vector<NotificationKey> insert(Tx& tx, const NewNotifications& event);
/// The same for a new post: everybody whom it mentions with a tag, and members who asked to be told
/// of each post of its author. Returns what it made.
std::vector<NotificationKey> insert_for_post(Tx& tx, StatusId status, Time now);

/// What the owner may see now: senders and statuses that are hidden from them are left out.
std::vector<Notification> list(Tx& tx,
                               AccountId account,
                               const NotificationFilter& filter,
                               const Page& page);
std::optional<Notification> find(Tx& tx, AccountId account, NotificationId id);
/// At most `most` are counted.
int count_above(Tx& tx,
                AccountId account,
                const NotificationFilter& filter,
                NotificationId last_read,
                int most);

/// Notifications in groups, each as its newest one; a group is in the list once, where that stands.
/// What is not of `grouped_types` is a group of its own.
std::vector<Notification> groups(Tx& tx,
                                 AccountId account,
                                 const NotificationFilter& filter,
                                 const std::vector<std::string>& grouped_types,
                                 const Page& page);
/// All of these groups, each newest first. The filter's types are of no account.
std::vector<GroupMember> members(Tx& tx,
                                 AccountId account,
                                 const NotificationFilter& filter,
                                 const std::vector<std::string>& group_keys);
int count_groups_above(Tx& tx,
                       AccountId account,
                       const NotificationFilter& filter,
                       const std::vector<std::string>& grouped_types,
                       NotificationId last_read,
                       int most);
bool remove_group(Tx& tx, AccountId account, std::string_view group_key);

bool remove(Tx& tx, AccountId account, NotificationId id);
void remove_all(Tx& tx, AccountId account);
/// What `from` caused: follow requests that were answered or withdrawn, people who were blocked.
void remove_from(Tx& tx, AccountId account, AccountId from);
void remove_type_from(Tx& tx, AccountId account, std::string_view type, AccountId from);
/// What `from` did to one status and took back.
void remove_about(
    Tx& tx, AccountId account, std::string_view type, AccountId from, StatusId status);
/// That these were boosted, for statuses that are boosts and still stand.
void remove_of_boosts(Tx& tx, const std::vector<StatusId>& boosts);

} // namespace db::notifications
