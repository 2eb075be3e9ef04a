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

} // namespace timelines
