#pragma once

#include "base/result.h"
#include "http/guard.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace http {

/// Name look-ups with a deadline of ours: the system's have none, and what a name server drags out
/// must not hold up a delivery. Threads of its own look up, started as they are needed; who asked
/// goes on in time, and the answer that comes too late is thrown away. Safe from any thread.
class Lookups {
  public:
    explicit Lookups(Resolver resolve,
                     std::chrono::milliseconds longest = std::chrono::seconds{5},
                     std::size_t most_threads = 32)
        : resolve_(std::move(resolve)), longest_(longest), most_threads_(most_threads) {}
    /// Waits for the look-ups that are under way.
    ~Lookups();
    Lookups(const Lookups&) = delete;
    Lookups& operator=(const Lookups&) = delete;

    /// Errors: Unavailable (too late), and those of the resolver.
    Result<std::vector<Address>> find(const std::string& host);

  private:
    using SteadyClock = std::chrono::steady_clock;
    struct Task {
        std::string host;
        SteadyClock::time_point deadline;
        bool is_done = false;
        Result<std::vector<Address>> answer{Error{Error::Kind::Unavailable, "look-up: not begun"}};
    };
    void look_up(const std::stop_token& stop);

    Resolver resolve_;
    std::chrono::milliseconds longest_;
    std::size_t most_threads_;
    std::mutex mutex_;
    std::condition_variable_any asked_;
    std::condition_variable answered_;
    // Shared: the asker and a thread both hold it, and either may end first.
    std::deque<std::shared_ptr<Task>> queue_;
    std::size_t idle_ = 0;
    std::vector<std::jthread> threads_;
};

} // namespace http
