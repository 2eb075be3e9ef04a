#pragma once

#include "actors/keys.h"
#include "base/id.h"
#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "db/peers.h"
#include "db/pool.h"
#include "http/client.h"

#include <optional>
#include <string>
#include <string_view>

namespace actors {

struct Fetched {
    Json document{};
    std::string raw{}; ///< The bytes, as received.
    std::string final_url{};
};

/// Which `id` a fetched document may have (ATTACKS A05 to A07).
enum class IdRule {
    Exact,      ///< The URL asked for. Another id of the same origin is fetched once more.
    SameOrigin, ///< Also none: pages of collections. Then only its origin says whose word it is.
};

/// Reads ActivityPub documents with signed GETs.
///
/// Every hop is https (or a configured test peer), passes the client's guard and allow list, and is
/// signed anew. Only the two ActivityPub media types count (A08, A09). The scheme that a host takes
/// is remembered in `peers`; 401 and 403 are asked again in the other scheme, and without the
/// query. What fails is not asked for again before a while (PROTOCOL section 6). Blocks the thread;
/// never call it while a transaction is open. Safe from any thread.
class Fetcher {
  public:
    struct Deps {
        db::Pool& pool;
        http::Client& client; ///< The peer client, or in peering the open one.
        const Instance& instance;
        KeyRing& keys;
        AccountId server_actor{};
        Clock clock = system_now;
        /// Only where http peers are configured for tests: a handle's host is then asked by https,
        /// and by http when that fails.
        bool allow_http = false;
    };
    explicit Fetcher(Deps deps) : deps_(std::move(deps)) {}

    /// Signed by `as`, by default by the server actor.
    /// Errors: Invalid (not a document of that id), NotFound, Gone, Forbidden, Unavailable.
    Result<Fetched> fetch(const std::string& uri, std::optional<AccountId> as = std::nullopt);
    Result<Fetched> fetch(const std::string& uri, IdRule rule, std::optional<AccountId> as);

    /// An unsigned GET of plain JSON: WebFinger, NodeInfo. At most 64 KiB.
    Result<Json> fetch_json(const std::string& url, std::string_view accept);

    const Deps& deps() const { return deps_; }

  private:
    Result<Fetched> fetch_checked(const std::string& url, IdRule rule, AccountId as);
    Result<Fetched> fetch_once(const std::string& uri, AccountId as);
    Result<http::Response> get_signed(const std::string& url, AccountId as);
    void remember_scheme(const std::string& host,
                         const std::optional<db::Peer>& peer,
                         federation::Scheme scheme);

    Deps deps_;
};

} // namespace actors
