#include "http/retry_after.h"

#include <algorithm>
#include <charconv>

namespace http {

std::optional<std::chrono::seconds> retry_after(const Headers& headers,
                                                Time now,
                                                std::chrono::seconds longest) {
    using std::chrono::seconds;
    const auto value = headers.get("retry-after");
    if (value.empty()) return std::nullopt;
    std::int64_t count = 0;
    const auto* end = value.data() + value.size();
    const auto [stopped, failure] = std::from_chars(value.data(), end, count);
    if (failure == std::errc::result_out_of_range && stopped == end) return longest;
    if (failure != std::errc{} || stopped != end) {
        const auto date = parse_http_date(value);
        if (!date) return std::nullopt;
        count = std::chrono::ceil<seconds>(*date - now).count();
    }
    if (count < 0) return std::nullopt;
    return std::min(seconds{count}, longest);
}

} // namespace http
