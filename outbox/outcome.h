#pragma once

#include "base/time.h"
#include "http/message.h"

#include <chrono>
#include <optional>

/// What an answer to a delivery means. Pure.
namespace outbox {

constexpr int max_delivery_failures = 12;
constexpr std::chrono::seconds longest_retry_after{24 * 3600};

enum class Outcome {
    Done,
    TryAgain,
    GiveUp,
    Gone, ///< 410: nobody has this inbox any more.
};

struct Decision {
    Outcome outcome = Outcome::Done;
    std::chrono::milliseconds wait{0}; ///< With TryAgain: what the peer asked for, or 0.
    bool is_host_failure = false;      ///< Counts for the host's breaker.
};

/// `status` 0: no answer (network, deadline). `failures`: this one counted, should it be one.
/// PROTOCOL section 13.
Decision decide(int status, int failures, std::optional<std::chrono::seconds> retry_after);

/// 1, 5, 15, 30 min, 1, 2, 4, 8, 16, 24 h, then daily; up to a fifth more. `random` is in [0, 1).
std::chrono::milliseconds delivery_backoff(int failures, double random);

/// Of a Retry-After header, seconds or a date; at most longest_retry_after. RFC 9110
/// section 10.2.3.
std::optional<std::chrono::seconds> retry_after(const http::Headers& headers, Time now);

} // namespace outbox
