#include "timelines/notify.h"

#include "db/notifications.h"
#include "db/polls.h"
#include "db/statuses.h"
#include "timelines/live.h"

#include <array>

namespace timelines {

std::string_view to_string(NotificationType type) {
    constexpr std::array<std::string_view, 10> names{"mention",
                                                    "status",
                                                    "reblog",
                                                    "follow",
                                                    "follow_request",
                                                    "favourite",
                                                    "poll",
                                                    "update",
                                                    "quote",
                                                    "pending.quote"};
    return names.at(static_cast<std::size_t>(type));
}

/// Inserts and tells; returns whether anybody was told.
static bool tell(db::Tx& tx, const db::NewNotifications& event) {
    const auto told = db::notifications::insert(tx, event);
    tell_of_notifications(tx, told);
    return !told.empty();
}

bool notify(db::Tx& tx, const Notification& notification) {
    return tell(tx,
                {
                    .recipients = {notification.recipient},
                    .type = to_string(notification.type),
                    .from = notification.from,
                    .status = notification.status,
                    .now = notification.now,
                });
}

void withdraw(db::Tx& tx, const Notification& notification) {
    db::notifications::remove_about(tx,
                                    notification.recipient,
                                    to_string(notification.type),
                                    notification.from,
                                    notification.status);
}

void notify_of_edit(db::Tx& tx, StatusId status, AccountId author, Time now) {
    const auto boosters = db::statuses::local_boosters(tx, status);
    if (boosters.empty()) return;
    tell(tx,
         {
             .recipients = boosters,
             .type = to_string(NotificationType::Update),
             .from = author,
             .status = status,
             .now = now,
         });
}

void notify_of_poll_end(db::Tx& tx, PollId poll, StatusId status, AccountId author, Time now) {
    auto recipients = db::polls::local_voters(tx, poll);
    recipients.push_back(author);
    tell(tx,
         {
             .recipients = recipients,
             .type = to_string(NotificationType::Poll),
             .from = author,
             .status = status,
             .now = now,
         });
}

} // namespace timelines
