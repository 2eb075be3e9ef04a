#pragma once

#include "base/guarded.h"
#include "base/time.h"
#include "http/router.h"

#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace http {

/// Counts calls in fixed windows, in bounded memory. Safe from any thread.
class RateLimiter {
  public:
    RateLimiter(const RateLimits& limits, Clock clock);

    struct Count {
        std::size_t limit = 0; ///< 0: there is no limit.
        std::size_t remaining = 0;
        Time reset{};
        bool is_exceeded = false;
        int retry_after_s = 0;
    };
    /// One more call by whoever `key` names: see caller_key, address_key.
    Count count(std::string_view key, std::size_t limit);

    const RateLimits& limits() const { return limits_; }

  private:
    struct Window {
        Time reset{};
        std::size_t calls = 0;
    };
    struct Shard {
        std::unordered_map<std::string, Window> windows;
        std::deque<std::string> by_age; ///< Keys in the order their windows began.
    };
    static void forget_oldest(Shard& shard);

    static constexpr std::size_t shard_count = 16;

    RateLimits limits_;
    Clock clock_;
    std::array<Guarded<Shard>, shard_count> shards_;
};

/// The address, of IPv6 its /64: one household has that many.
std::string address_key(std::string_view address);

} // namespace http
