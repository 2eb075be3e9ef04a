#pragma once

#include "actors/fetcher.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "federation/actor.h"
#include "federation/webfinger.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace actors {

/// A stored document is good for so long (PROTOCOL section 3).
constexpr std::chrono::hours actor_lifetime{24};

/// Turns actor ids and handles into stored accounts. Uses the network: never call it while a
/// transaction is open. Safe from any thread.
class Resolver {
  public:
    explicit Resolver(Fetcher& fetcher) : fetcher_(fetcher) {}

    /// The account with that actor id: ours, or stored and young, or fetched (and then confirmed by
    /// WebFinger in both directions, PROTOCOL 1.1). An old one that cannot be had is used as it is.
    ///
    /// Errors: NotFound, Gone, Invalid, Forbidden (host), Unavailable; RateLimited when the host
    /// showed too many new accounts (ATTACKS D10), with the time to wait.
    Result<db::Account> resolve_actor(const std::string& uri);

    /// "alice", "alice@host", "@alice@host", "acct:alice@host". A handle that is known is never
    /// bound to another actor (ATTACKS A27).
    Result<db::Account> resolve_handle(std::string_view handle);

    /// Reads the document again whatever its age.
    Result<db::Account> refresh(const std::string& uri);

    /// Those of `uris` that are stored now, after fetching at most `most_fetches` unknown ones.
    std::vector<db::Account> resolve_all(const std::vector<std::string>& uris, int most_fetches);

    /// Stores an actor whose document the fetcher just read from its id, new or known; the checks
    /// are those of resolve_actor.
    Result<db::Account> take(const Fetched& fetched);

    Fetcher& fetcher() { return fetcher_; }

  private:
    Result<Done> check_budget(const std::string& host);
    Result<federation::Handle> confirm_handle(const federation::Actor& actor);
    Result<federation::Webfinger> ask_webfinger(const federation::Handle& handle,
                                                std::string_view origin);
    Result<db::Account> insert_new(const federation::Actor& actor,
                                   const federation::Handle& handle);

    Fetcher& fetcher_;
};

/// Writes what an actor's own document says over its stored row, keys included; a changed key is
/// logged for administrators. For an Update that came signed, and after a fetch.
db::Account store_actor(db::Tx& tx, db::Account account, const federation::Actor& actor, Time now);

/// An Application whose name is its host: it speaks for the house, and nobody can be followed by
/// that handle.
bool is_server_actor(const federation::Actor& actor);

} // namespace actors
