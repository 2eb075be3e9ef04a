#include "inbox/limits.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace inbox {
namespace {

constexpr std::size_t most_hosts = 20'000;

} // namespace

std::optional<int> HostBuckets::take(const std::string& host, Time now) {
    return buckets_.with([&](auto& buckets) -> std::optional<int> {
        if (buckets.size() >= most_hosts && !buckets.contains(host)) buckets.clear();
        const auto [entry, is_new] = buckets.try_emplace(host, Bucket{options_.burst, now});
        Bucket& bucket = entry->second;
        const std::chrono::duration<double> passed = now - bucket.filled_at;
        bucket.tokens = std::min(
            options_.burst, bucket.tokens + std::max(passed.count(), 0.0) * options_.per_second);
        bucket.filled_at = now;
        if (bucket.tokens < 1) {
            const double missing = (1 - bucket.tokens) / options_.per_second;
            return std::max(1, static_cast<int>(std::ceil(missing)));
        }
        bucket.tokens -= 1;
        return std::nullopt;
    });
}

KeyFetchSlots::Slot KeyFetchSlots::try_take() {
    if (free_.fetch_sub(1) > 0) return Slot{&free_};
    ++free_;
    return Slot{nullptr};
}

} // namespace inbox
