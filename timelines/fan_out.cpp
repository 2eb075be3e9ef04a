#include "timelines/fan_out.h"

#include "db/conversations.h"
#include "db/home_timeline.h"
#include "db/notifications.h"
#include "timelines/live.h"
#include "timelines/notify.h"

namespace timelines {

void fan_out(db::Tx& tx, const db::Status& status, Time now) {
    using enum db::Visibility;
    if (status.muted_reach) return;
    db::home_timeline::add_status(tx, status.id);
    const bool is_direct = status.visibility == Direct || status.visibility == Limited;
    if (is_direct && !status.is_boost())
        tell_of_conversations(tx, db::conversations::add_status(tx, status.id));
    tell_of_post(tx, status.id);
    if (status.is_boost()) return;
    tell_of_notifications(tx, db::notifications::insert_for_post(tx, status.id, now));
}

void notify_new_mentions(db::Tx& tx,
                         const db::Status& status,
                         const std::vector<AccountId>& added,
                         Time now) {
    if (added.empty()) return;
    tell_of_notifications(
        tx,
        db::notifications::insert(tx,
                                  {
                                      .recipients = added,
                                      .type = to_string(NotificationType::Mention),
                                      .from = status.author,
                                      .status = status.id,
                                      .now = now,
                                  }));
}

} // namespace timelines
