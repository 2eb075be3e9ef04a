#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <vector>

namespace db {

/// What happens to notifications from whom a member does not know: "accept", "filter" (kept apart)
/// or "drop". The SQL function notification_verdict (migration 0111) applies it.
struct NotificationPolicy {
    std::string for_not_following = "accept";
    std::string for_not_followers = "accept";
    std::string for_new_accounts = "accept";
    std::string for_private_mentions = "filter";
    std::string for_limited_accounts = "filter";
};

/// A sender about whom the member has to decide.
struct NotificationRequest {
    std::int64_t id = 0;
    AccountId from{};
    Time created_at{};
    Time updated_at{};
    int count = 0;   ///< Notifications that wait; 100 counts for all above.
    StatusId last{}; ///< The newest post among them; 0: none.
};

} // namespace db

namespace db::notification_policies {

NotificationPolicy find(Tx& tx, AccountId account);
void put(Tx& tx, AccountId account, const NotificationPolicy& policy);

/// What waits for the member.
struct Pending {
    int requests = 0;
    int notifications = 0;
};
Pending pending(Tx& tx, AccountId account);

/// By id. Only those whose notifications the member may see.
std::vector<NotificationRequest> requests(Tx& tx, AccountId account, const Page& page);
std::vector<NotificationRequest> find_requests(Tx& tx,
                                               AccountId account,
                                               const std::vector<std::int64_t>& ids);
/// The senders are let through from now on, and what waited is shown. Returns how many requests
/// there were.
int accept(Tx& tx, AccountId account, const std::vector<std::int64_t>& ids);
/// What waited is thrown away; the next one makes a new request.
int dismiss(Tx& tx, AccountId account, const std::vector<std::int64_t>& ids);

} // namespace db::notification_policies
