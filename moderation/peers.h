#pragma once

#include "base/guarded.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/peers.h"
#include "db/pool.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace moderation {

using Level = db::PeerLevel;

/// Member, partner and guest may speak with us and be spoken to.
bool is_allowed(Level level);

/// Who may speak with us: a snapshot of `peers`, read anew by reload(), which app/ calls after a
/// NOTIFY on staffroom_peers, and by itself when it is older than 3 seconds. Whoever asks first
/// reads it, and who asks meanwhile waits: those questions throw db::Unavailable while it cannot be
/// read. Later the last list stands when the database is away. Safe from any thread.
class Peers {
  public:
    Peers(db::Pool& pool, const Instance& instance, Clock clock = system_now);

    /// `host` is an authority ("host" or "host:port"), canonical. Our own is Member.
    Level level_of(std::string_view host);
    /// The decision of the peer client: level_of is member, partner or guest.
    bool may_contact(std::string_view host);
    /// The lowest level among the hosts of these ids; an id without a host is Unknown.
    Level lowest_level(const std::vector<std::string>& uris);
    /// Every allowed host.
    std::vector<std::string> allowed_hosts();
    /// Reads the table now. Throws db::Unavailable.
    void reload();

  private:
    using Levels = std::unordered_map<std::string, Level>;
    struct Snapshot {
        /// Null until the first reading. Shared: readers keep the old one while it changes.
        std::shared_ptr<const Levels> levels;
        Time read_at{};
        bool reloading = false;
    };
    std::shared_ptr<const Levels> levels();
    bool was_read();

    db::Pool& pool_;
    const Instance& instance_;
    Clock clock_;
    std::mutex first_reading_;
    Guarded<Snapshot> snapshot_;
};

} // namespace moderation
