#pragma once

#include "base/guarded.h"
#include "base/time.h"

#include <atomic>
#include <optional>
#include <string>
#include <unordered_map>

namespace inbox {

/// At most so many requests of one host: a token bucket each. Safe from any thread; forgets
/// everybody when it would hold more than 20,000 hosts.
class HostBuckets {
  public:
    struct Options {
        double per_second = 200;
        double burst = 2'000;
    };
    explicit HostBuckets(Options options) : options_(options) {}

    /// Nothing when the request may pass; else how many seconds to wait.
    std::optional<int> take(const std::string& host, Time now);

  private:
    struct Bucket {
        double tokens = 0;
        Time filled_at{};
    };
    Options options_;
    Guarded<std::unordered_map<std::string, Bucket>> buckets_;
};

/// So many threads at once may wait for a stranger's key; the others are told to come again, so
/// that a slow stranger cannot stop the door.
class KeyFetchSlots {
  public:
    explicit KeyFetchSlots(int count) : free_(count) {}

    class Slot {
      public:
        explicit Slot(std::atomic<int>* free) : free_(free) {}
        ~Slot() {
            if (free_ != nullptr) ++*free_;
        }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        explicit operator bool() const { return free_ != nullptr; }

      private:
        std::atomic<int>* free_;
    };
    /// Held until destroyed; false when none was free.
    Slot try_take();

  private:
    std::atomic<int> free_;
};

} // namespace inbox
