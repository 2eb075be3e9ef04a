#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace jobs {

/// Tells waiting threads of this process that there may be work. Safe from any thread.
/// Nothing is lost between a look at the queue and the wait for more: each waiter remembers how
/// often it was woken.
class Wake {
  public:
    using Count = std::uint64_t;

    void all();
    Count count() const;
    /// Returns the new count: when somebody called all() since `seen`, after `most`, or on stop.
    Count wait(const std::stop_token& stop, Count seen, std::chrono::milliseconds most);

  private:
    mutable std::mutex mutex_;
    std::condition_variable_any woken_;
    Count count_ = 0;
};

} // namespace jobs
