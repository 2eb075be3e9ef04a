#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <vector>

/// People whom a member may want to know. Nobody who does not want to be found (`discoverable`), is
/// suspended, deleted or limited, or is hidden from the reader by a block or mute either way.
namespace db::discovery {

enum class Order { Active, New };

struct DirectoryQuery {
    AccountId reader{};
    bool local_only = false;
    Order order = Order::Active;
    int limit = 40;
    int offset = 0;
};
std::vector<AccountId> directory(Tx& tx, const DirectoryQuery& query);

struct Suggestion {
    AccountId account{};
    int common = 0; ///< How many of those whom the reader follows follow it.
};
/// Whom the reader neither follows nor asked to, nor dismissed: friends of friends first, then who
/// has most followers here.
std::vector<Suggestion> suggestions(Tx& tx, AccountId reader, int limit);
void dismiss(Tx& tx, AccountId reader, AccountId target);

struct Familiar {
    AccountId account{};  ///< One that was asked for.
    AccountId follower{}; ///< Somebody whom the reader follows and who follows it.
};
/// At most `most` for each of `accounts`; nobody who hides whom they follow, and nothing of
/// accounts that hide their followers.
std::vector<Familiar> familiar_followers(Tx& tx,
                                         AccountId reader,
                                         const std::vector<AccountId>& accounts,
                                         int most);

} // namespace db::discovery
