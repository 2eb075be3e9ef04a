#pragma once

#include "actors/resolve.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/statuses.h"
#include "federation/collection.h"
#include "moderation/peers.h"

#include <optional>
#include <string>
#include <vector>

namespace statuses {

/// Reads posts from their origin, through the moderation filters, into rows. Uses the network:
/// never call it while a transaction is open. Shows nothing to anybody: a fetched post is found in
/// its thread, by its address and as what somebody boosts. Safe from any thread.
class Fetcher {
  public:
    struct Deps {
        db::Pool& pool;
        const Instance& instance;
        actors::Resolver& resolver;
        moderation::Peers& peers;
        Clock clock = system_now;
    };
    explicit Fetcher(Deps deps) : deps_(std::move(deps)) {}

    /// The post with that id, or with that page on its own host: ours, stored, or fetched. `as`:
    /// for whom, where the origin shows it only to a reader. Errors: NotFound, Gone, Forbidden
    /// (host not allowed, or a filter), Invalid, Unprocessable (not a post), Unavailable,
    /// RateLimited.
    Result<db::Status> fetch(const std::string& uri, std::optional<AccountId> as = std::nullopt);

    enum class Refreshed { Kept, Changed, Removed };
    /// Asks the origin again. What is gone there goes here: at once after 410 or a Tombstone, after
    /// a second 404 a day later otherwise (PROTOCOL section 12).
    Result<Refreshed> refresh(const db::Status& status);

    /// The items of a collection, from page to page on its own host, for at most a minute. A limit
    /// that was reached ends the list early.
    Result<std::vector<federation::CollectionItem>> read_items(const std::string& uri);

    const Deps& deps() const { return deps_; }

  private:
    std::optional<db::Status> find_stored(const std::string& uri);
    Result<db::Status> store(const Json& document, std::size_t bytes);
    Result<Refreshed> apply_gone(const db::Status& status, const Error& error);

    Deps deps_;
};

} // namespace statuses
