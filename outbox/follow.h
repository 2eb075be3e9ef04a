#pragma once

#include "base/result.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outbox {

struct FollowOptions {
    std::optional<bool> show_reblogs{}; ///< Nothing: as it is; true for a new follow.
    std::optional<bool> notify{};
    std::optional<std::vector<std::string>> languages{};
};

/// Follows, or asks to; changes the options of a standing follow.
/// Errors: NotFound (no such account), Forbidden (oneself, blocked either way, a server actor,
/// gone).
Result<Done> follow(db::Tx& tx,
                    const Acting& acting,
                    AccountId target,
                    const FollowOptions& options = {});
/// Ends the follow or the request; nothing when there is none.
Result<Done> unfollow(db::Tx& tx, const Acting& acting, AccountId target);

/// Answers a request. Errors: NotFound (there is none).
Result<Done> authorize_follow(db::Tx& tx, const Acting& acting, AccountId requester);
Result<Done> reject_follow(db::Tx& tx, const Acting& acting, AccountId requester);
/// Ends somebody's follow of the member (a Reject, PROTOCOL section 12); nothing when there is
/// none.
Result<Done> remove_follower(db::Tx& tx, const Acting& acting, AccountId follower);

/// Queues the Accept of a remote account's Follow, with the whole Follow inline; also the answer to
/// a repeated Follow. Changes no follow. Nothing when the follower is one of ours.
void send_accept(db::Tx& tx,
                 const db::Account& followed,
                 const db::Account& follower,
                 std::string_view follow_uri);
/// The same for a Reject.
void send_reject(db::Tx& tx,
                 const db::Account& followed,
                 const db::Account& follower,
                 std::string_view follow_uri);

/// Queues the Undo of a Follow that one of ours had sent. Changes no follow.
void send_undo_follow(db::Tx& tx,
                      const db::Account& follower,
                      const db::Account& followed,
                      std::string_view follow_uri);

} // namespace outbox
