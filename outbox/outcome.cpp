#include "outbox/outcome.h"

#include "http/retry_after.h"

#include <algorithm>
#include <array>

namespace outbox {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

bool is_worth_another_try(int status) {
    return status == 0 || status == 408 || status == 429 || (status >= 500 && status != 501);
}

} // namespace

Decision decide(int status, int failures, std::optional<seconds> retry_after) {
    if (status >= 200 && status < 300) return {};
    if (status == 410) return {.outcome = Outcome::Gone};
    if (!is_worth_another_try(status)) return {.outcome = Outcome::GiveUp};
    // Who says 429 is well, only busy.
    const bool is_failure = status != 429;
    if (failures >= max_delivery_failures) {
        return {.outcome = Outcome::GiveUp, .is_host_failure = is_failure};
    }
    return {.outcome = Outcome::TryAgain,
            .wait = retry_after.value_or(seconds{0}),
            .is_host_failure = is_failure};
}

milliseconds delivery_backoff(int failures, double random) {
    static constexpr std::array<milliseconds, 10> waits{minutes{1},
                                                        minutes{5},
                                                        minutes{15},
                                                        minutes{30},
                                                        hours{1},
                                                        hours{2},
                                                        hours{4},
                                                        hours{8},
                                                        hours{16},
                                                        hours{24}};
    const auto index =
        std::min(static_cast<std::size_t>(std::max(failures - 1, 0)), waits.size() - 1);
    const milliseconds wait = waits.at(index);
    const double extra = static_cast<double>(wait.count()) * random / 5;
    return wait + milliseconds{static_cast<std::int64_t>(extra)};
}

std::optional<seconds> retry_after(const http::Headers& headers, Time now) {
    return http::retry_after(headers, now, longest_retry_after);
}

} // namespace outbox
