#include "inbox/quoting.h"

#include "statuses/job_kinds.h"
#include "timelines/notify.h"

namespace inbox {

void settle_quote(db::Tx& tx, const db::Status& status, Time now) {
    if (status.quote_uri.empty()) return;
    if (status.quote_state != "accepted") return statuses::queue_quote_checks(tx, {status.id}, now);
    const auto quoted = db::statuses::find(tx, status.quote);
    if (!quoted || !quoted->local || status.muted_reach) return;
    timelines::notify(tx,
                      {.recipient = quoted->author,
                       .type = timelines::NotificationType::Quote,
                       .from = status.author,
                       .status = status.id,
                       .now = now});
}

} // namespace inbox
