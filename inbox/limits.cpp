#include "inbox/limits.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace inbox {
namespace {

constexpr std::size_t most_hosts = 20'000;
/// What a key takes of a host that is neither near nor in trouble.
constexpr std::chrono::milliseconds usual_fetch{200};
constexpr std::chrono::seconds soonest_return{2};
constexpr std::chrono::seconds latest_return{60};

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

KeyFetchSlots::Slot KeyFetchSlots::try_take(const std::string& host) {
    const bool is_free = state_.with([&](State& state) {
        const auto of_host = state.by_host.find(host);
        const int held = of_host == state.by_host.end() ? 0 : of_host->second;
        if (state.taken >= count_ || held >= (count_ + 1) / 2) return false;
        ++state.taken;
        ++state.by_host[host];
        return true;
    });
    // Not a conditional expression: a slot cannot be moved.
    if (!is_free) return {};
    return {*this, host};
}

int KeyFetchSlots::retry_after_s(Time now) {
    using std::chrono::seconds;
    return state_.with([&](State& state) {
        const auto pace = usual_fetch / count_;
        const auto turn =
            std::clamp<Time>(state.next_turn + pace, now + soonest_return, now + latest_return);
        state.next_turn = turn;
        return static_cast<int>(std::chrono::ceil<seconds>(turn - now).count());
    });
}

void KeyFetchSlots::put_back(const std::string& host) {
    state_.with([&](State& state) {
        --state.taken;
        const auto of_host = state.by_host.find(host);
        if (--of_host->second == 0) state.by_host.erase(of_host);
    });
}

} // namespace inbox
