#pragma once

#include "actors/resolve.h"
#include "base/id.h"
#include "base/result.h"
#include "db/accounts.h"
#include "db/pool.h"
#include "db/tx.h"
#include "jobs/worker.h"
#include "outbox/acting.h"

#include <chrono>
#include <string_view>

/// One person's change from one account to another (PROTOCOL section 14). Both accounts must name
/// each other: the new one in alsoKnownAs, the old one by its Move.
namespace outbox {

constexpr int max_aliases = 10;
/// Between two moves of a member, as in Mastodon: followers are no luggage to carry to and fro.
constexpr std::chrono::hours move_cooldown{24 * 30};
/// Between two moves of a peer's account (PROTOCOL section 14, ATTACKS A32).
constexpr std::chrono::hours peer_move_cooldown{24 * 7};
/// So many followers go along at once, the others by job.
constexpr int followers_at_once = 50;

/// An account by handle, actor id or profile address, its document read anew: an alias that was
/// added a moment ago counts. Uses the network: never call it while a transaction is open.
///
/// Errors: Unprocessable (no handle and no address), and what Resolver::refresh says.
Result<db::Account> fetch_named(actors::Resolver& resolver, std::string_view text);

/// Names another account as the member's own, and tells the followers' servers. Nothing when it is
/// named already.
/// Errors: Unprocessable (oneself, more than max_aliases), with a text to show.
Result<Done> add_alias(db::Tx& tx, const Acting& acting, const db::Account& other);
/// Nothing when it is not named.
Result<Done> remove_alias(db::Tx& tx, const Acting& acting, std::string_view uri);

/// Leaves for `target`, which fetch_named gave: followers here follow it, followers elsewhere are
/// told, and the account only points there from now on.
///
/// Errors: Unprocessable, with a text to show: not visible or itself moved, without the alias, on a
/// host that is not allowed, oneself, or too soon after the last move.
Result<Done> move_to(db::Tx& tx, const Acting& acting, AccountId target);
/// The account can be used again; followers do not come back. Nothing when it has not moved.
Result<Done> cancel_move(db::Tx& tx, const Acting& acting);

/// Who here followed `from`, or asked to, follows `to` with the same preferences, on the same
/// lists, and leaves `from`; who muted, blocked or noted something about `from` does so with `to`.
/// For a move of ours and for one that a peer told us of. What is more than followers_at_once is
/// left to the job.
struct Moved {
    const db::Account& from;
    const db::Account& to;
};
void move_followers(db::Tx& tx, const Acting& acting, const Moved& moved);

struct MoveDeps {
    db::Pool& pool;
    const Instance& instance;
    moderation::Peers& peers;
    Clock clock = system_now;
};
/// The rest of move_followers(), part by part; ends when the move was taken back.
jobs::Kind move_job(const MoveDeps& deps);

} // namespace outbox
