#pragma once

#include "base/guarded.h"
#include "base/time.h"
#include "db/pool.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace inbox {

/// Counts what the door refused, per host, hour and reason, in memory; flush() adds it to the
/// table. What a stranger can cause is never a row of its own. Safe from any thread.
class RefusalCounters {
  public:
    /// At most 1,000 hosts an hour are named, since anybody can claim any name; what is beyond
    /// counts under "".
    void count(std::string_view host, std::string_view reason);
    /// Called by a periodic task, once a minute. What could not be written is kept.
    void flush(db::Pool& pool, Time now);

  private:
    using Counts = std::map<std::pair<std::string, std::string>, std::int64_t>;
    struct State {
        Counts counts;
        std::set<std::string, std::less<>> named;
        Time hour{};
    };
    Guarded<State> state_;
};

} // namespace inbox
