#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace db {

struct NotificationView {
    NotificationId id{};
    std::string type{};
    AccountId from{};
    StatusId status{}; ///< 0: about none.
    Time created_at{};
};

} // namespace db

/// A member's notifications as clients list them. Whoever is blocked, suspended or deleted and
/// posts that may not be seen any more are left out.
namespace db::notification_views {

struct Filter {
    std::vector<std::string> types{}; ///< Empty: all.
    std::vector<std::string> exclude_types{};
    AccountId from{}; ///< 0: anybody.
};

std::vector<NotificationView> list(Tx& tx,
                                   AccountId account,
                                   const Filter& filter,
                                   const Page& page);
std::optional<NotificationView> find(Tx& tx, AccountId account, NotificationId id);
/// How many are above the member's marker, counted up to `most`.
std::int64_t count_unread(Tx& tx, AccountId account, const Filter& filter, int most);

} // namespace db::notification_views
