#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace db {

/// A post that waits for its time.
struct ScheduledStatus {
    std::int64_t id = 0;
    AccountId account{};
    Time at{};
    Json params{}; ///< As outbox/schedule.h writes them.
    std::vector<MediaId> media{};
    std::string refused{}; ///< Why it did not become a post; "" it still may.
};

} // namespace db

namespace db::scheduled_statuses {

/// Returns the id. `scheduled.id` is not read.
std::int64_t insert(Tx& tx, const ScheduledStatus& scheduled, Time now);
/// The account's own, nobody else's.
std::optional<ScheduledStatus> find(Tx& tx, AccountId account, std::int64_t id);
std::vector<ScheduledStatus> list(Tx& tx, AccountId account, const Page& page);
/// Another time; what was refused may be tried again. False when it is gone.
bool set_time(Tx& tx, AccountId account, std::int64_t id, Time at);
bool remove(Tx& tx, AccountId account, std::int64_t id);

struct Counts {
    std::int64_t all = 0;
    std::int64_t same_day = 0; ///< On the day (UTC) of `at`.
};
/// Locks the account's list until the end of the transaction, so that two requests at once cannot
/// both take the last place.
Counts count(Tx& tx, AccountId account, Time at);

/// One whose time has come, locked until the end of the transaction; other processes skip it.
std::optional<ScheduledStatus> claim_due(Tx& tx, Time now);
void refuse(Tx& tx, std::int64_t id, std::string_view why);

} // namespace db::scheduled_statuses
