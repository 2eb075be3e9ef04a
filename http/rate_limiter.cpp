#include "http/rate_limiter.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <functional>
#include <utility>

namespace http {

RateLimiter::RateLimiter(const RateLimits& limits, Clock clock)
    : limits_(limits), clock_(std::move(clock)) {}

void RateLimiter::forget_oldest(Shard& shard) {
    shard.windows.erase(shard.by_age.front());
    shard.by_age.pop_front();
}

RateLimiter::Count RateLimiter::count(std::string_view key, std::size_t limit) {
    if (limit == 0) return {};
    const auto now = clock_();
    auto& shard = shards_[std::hash<std::string_view>{}(key) % shard_count];
    const auto window = shard.with([&](Shard& table) {
        while (!table.by_age.empty() && table.windows[table.by_age.front()].reset <= now) {
            forget_oldest(table);
        }
        const auto [entry, is_new] = table.windows.try_emplace(std::string(key));
        if (is_new) {
            entry->second.reset = now + limits_.window;
            table.by_age.emplace_back(key);
        }
        ++entry->second.calls;
        const auto counted = entry->second;
        // Forgetting is kinder than refusing strangers because others fill the table.
        if (table.windows.size() > limits_.max_tracked / shard_count + 1) forget_oldest(table);
        return counted;
    });
    const auto left = std::chrono::ceil<std::chrono::seconds>(window.reset - now).count();
    return {
        .limit = limit,
        .remaining = window.calls < limit ? limit - window.calls : 0,
        .reset = window.reset,
        .is_exceeded = window.calls > limit,
        .retry_after_s = static_cast<int>(left),
    };
}

std::string address_key(std::string_view address) {
    const std::string text(address);
    in6_addr parsed{};
    if (inet_pton(AF_INET6, text.c_str(), &parsed) != 1 || IN6_IS_ADDR_V4MAPPED(&parsed)) {
        return text;
    }
    std::string key = "v6";
    for (std::size_t i = 0; i < 8; ++i)
        key += static_cast<char>(parsed.s6_addr[i]);
    return key;
}

} // namespace http
