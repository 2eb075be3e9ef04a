#include "timelines/live.h"

#include "db/events.h"
#include "db/jobs.h"
#include "db/push_subscriptions.h"

namespace timelines {

void tell_of_post(db::Tx& tx, StatusId status) {
    db::events::add(tx, {.kind = db::EventKind::Post, .id = status.value});
}

void tell_of_edit(db::Tx& tx, StatusId status) {
    db::events::add(tx, {.kind = db::EventKind::Edit, .id = status.value});
}

void tell_of_notifications(db::Tx& tx, const std::vector<db::NotificationKey>& notifications) {
    if (notifications.empty()) return;
    std::vector<NotificationId> ids;
    for (const auto& key : notifications) {
        ids.push_back(key.id);
        db::events::add(
            tx, {.kind = db::EventKind::Notification, .id = key.id.value, .account = key.account});
    }
    std::vector<db::NewJob> pushes;
    for (const auto& [subscription, notification] : db::push_subscriptions::wanting(tx, ids)) {
        // One after the other for each subscription, so that they arrive in order.
        pushes.push_back({.kind = push_job,
                          .lane = "push " + to_string(subscription),
                          .payload = to_string(subscription) + ' ' + to_string(notification)});
    }
    if (pushes.empty()) return;
    db::jobs::insert(tx, pushes);
    db::jobs::notify(tx);
}

void tell_of_conversations(db::Tx& tx, const std::vector<db::ConversationOfMember>& conversations) {
    for (const auto& changed : conversations) {
        db::events::add(tx,
                        {.kind = db::EventKind::Conversation,
                         .id = changed.conversation.value,
                         .account = changed.account});
    }
}

void tell_of_filters(db::Tx& tx, AccountId owner) {
    db::events::add(tx, {.kind = db::EventKind::Filters, .account = owner});
}

} // namespace timelines
