#pragma once

#include "base/result.h"
#include "db/scheduled_statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"
#include "outbox/publish.h"

#include <chrono>

/// Posts that go out later.
namespace outbox {

// As Mastodon has them.
constexpr std::chrono::minutes min_schedule_ahead{5};
constexpr std::int64_t max_scheduled = 300;
constexpr std::int64_t max_scheduled_per_day = 25;

/// Keeps a draft until `at`. Errors: Unprocessable (too soon, too many), and what check_draft()
/// says.
Result<db::ScheduledStatus> schedule(db::Tx& tx, const Acting& acting, const Draft& draft, Time at);

/// Errors: NotFound (not the member's), Unprocessable (too soon, too many on that day).
Result<db::ScheduledStatus> reschedule(db::Tx& tx, const Acting& acting, std::int64_t id, Time at);

/// Publishes one draft whose time has come. The post and the end of the draft are one transaction,
/// so it becomes a post exactly once, however many processes look. A draft that cannot become one
/// (what it answers is gone, the author is suspended) is kept with the reason and not tried again.
/// False when none is due.
bool publish_due(db::Tx& tx, const Instance& instance, moderation::Peers& peers, Time now);

} // namespace outbox
