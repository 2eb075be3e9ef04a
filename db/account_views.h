#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace db {

/// How a member and another account stand to each other.
struct Relationship {
    AccountId account{}; ///< The other one.
    bool following = false;
    bool requested = false;
    bool showing_reblogs = false;
    bool notifying = false;
    std::vector<std::string> languages{};
    bool followed_by = false;
    bool requested_by = false;
    bool blocking = false;
    bool blocked_by = false;
    bool muting = false;
    bool muting_notifications = false;
    std::optional<Time> muting_expires_at{};
    bool endorsed = false;
    std::string note{};
    bool domain_blocking = false;
};

} // namespace db

/// Lists of accounts as one reader sees them, newest first, without whoever is suspended or
/// deleted.
namespace db::account_views {

/// In the order of `others`; those that do not exist are left out. One statement.
std::vector<Relationship> relationships(Tx& tx,
                                        AccountId account,
                                        const std::vector<AccountId>& others);

/// Without those whom the reader hides or who hide from the reader.
std::vector<Keyed<AccountId>> followers(Tx& tx,
                                        AccountId account,
                                        AccountId reader,
                                        const Page& page);
std::vector<Keyed<AccountId>> following(Tx& tx,
                                        AccountId account,
                                        AccountId reader,
                                        const Page& page);
std::vector<Keyed<AccountId>> favourited_by(Tx& tx,
                                            StatusId status,
                                            AccountId reader,
                                            const Page& page);
/// Of boosts that everybody may see.
std::vector<Keyed<AccountId>> reblogged_by(Tx& tx,
                                           StatusId status,
                                           AccountId reader,
                                           const Page& page);

std::int64_t count_follow_requests(Tx& tx, AccountId account);

} // namespace db::account_views
