#include "timelines/live.h"

#include "db/events.h"

namespace timelines {

void tell_of_post(db::Tx& tx, StatusId status) {
    db::events::add(tx, {.kind = db::EventKind::Post, .id = status.value});
}

void tell_of_edit(db::Tx& tx, StatusId status) {
    db::events::add(tx, {.kind = db::EventKind::Edit, .id = status.value});
}

void tell_of_notifications(db::Tx& tx, const std::vector<db::NotificationKey>& notifications) {
    for (const auto& key : notifications) {
        db::events::add(
            tx, {.kind = db::EventKind::Notification, .id = key.id.value, .account = key.account});
    }
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
