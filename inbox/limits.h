#pragma once

#include "base/guarded.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

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

/// So many threads at once may wait for a stranger's key, and half of them for keys of one host;
/// the others are told to come again, so that a slow stranger can stop neither the door nor other
/// strangers. Safe from any thread.
class KeyFetchSlots {
  public:
    explicit KeyFetchSlots(int count) : count_(count) {}

    class Slot {
      public:
        Slot() = default;
        Slot(KeyFetchSlots& slots, std::string host) : slots_(&slots), host_(std::move(host)) {}
        ~Slot() {
            if (slots_ != nullptr) slots_->put_back(host_);
        }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        explicit operator bool() const { return slots_ != nullptr; }

      private:
        KeyFetchSlots* slots_ = nullptr;
        std::string host_{};
    };
    /// Held until destroyed; false when none was free.
    Slot try_take(const std::string& host);
    /// In how many seconds to come again. Each who is sent away gets a later time than the one
    /// before, as fast as slots become free: all at once would find the door full again.
    int retry_after_s(Time now);

  private:
    struct State {
        int taken = 0;
        std::unordered_map<std::string, int> by_host{}; ///< Never 0, so never more than `count_`.
        Time next_turn{};
    };
    void put_back(const std::string& host);

    int count_;
    Guarded<State> state_;
};

} // namespace inbox
