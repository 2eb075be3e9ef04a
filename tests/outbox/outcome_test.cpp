#include "outbox/outcome.h"

#include <gtest/gtest.h>

namespace {

using outbox::Outcome;
using std::chrono::seconds;

TEST(Decide, FollowsTheTable) {
    const struct {
        const char* name;
        int status;
        int failures;
        Outcome outcome;
        bool is_host_failure;
    } cases[] = {
        {"accepted", 202, 1, Outcome::Done, false},
        {"ok", 200, 12, Outcome::Done, false},
        {"a redirect is not followed", 307, 1, Outcome::GiveUp, false},
        {"bad request", 400, 1, Outcome::GiveUp, false},
        {"signature refused twice", 401, 1, Outcome::GiveUp, false},
        {"blocked", 403, 1, Outcome::GiveUp, false},
        {"not found", 404, 1, Outcome::GiveUp, false},
        {"gone", 410, 1, Outcome::Gone, false},
        {"too large", 413, 1, Outcome::GiveUp, false},
        {"unprocessable", 422, 1, Outcome::GiveUp, false},
        {"timeout", 408, 1, Outcome::TryAgain, true},
        {"busy, but well", 429, 1, Outcome::TryAgain, false},
        {"broken", 500, 1, Outcome::TryAgain, true},
        {"not implemented", 501, 1, Outcome::GiveUp, false},
        {"bad gateway", 502, 11, Outcome::TryAgain, true},
        {"the last failure", 503, 12, Outcome::GiveUp, true},
        {"no answer", 0, 1, Outcome::TryAgain, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto decision = outbox::decide(c.status, c.failures, std::nullopt);
        EXPECT_EQ(decision.outcome, c.outcome);
        EXPECT_EQ(decision.is_host_failure, c.is_host_failure);
    }
    EXPECT_EQ(outbox::decide(429, 1, seconds{120}).wait, seconds{120});
}

TEST(DeliveryBackoff, GrowsToADayWithJitter) {
    EXPECT_EQ(outbox::delivery_backoff(1, 0.0), std::chrono::minutes{1});
    EXPECT_EQ(outbox::delivery_backoff(10, 0.0), std::chrono::hours{24});
    EXPECT_EQ(outbox::delivery_backoff(40, 0.0), std::chrono::hours{24});
    for (int failures = 1; failures < 12; ++failures) {
        const auto least = outbox::delivery_backoff(failures, 0.0);
        const auto most = outbox::delivery_backoff(failures, 0.999);
        EXPECT_GT(most, least);
        EXPECT_LE(most, least + least / 5);
        EXPECT_LE(least, outbox::delivery_backoff(failures + 1, 0.0));
    }
}

TEST(RetryAfter, IsSecondsOrADateAndNeverMoreThanADay) {
    const Time now = *parse_iso8601("2026-03-01T08:00:00Z");
    const struct {
        std::string value;
        std::optional<seconds> expected;
    } cases[] = {
        {"120", seconds{120}},
        {"0", seconds{0}},
        {"-5", std::nullopt},
        {"soon", std::nullopt},
        {"", std::nullopt},
        {"99999999", outbox::longest_retry_after},
        {"99999999999999999999999", outbox::longest_retry_after},
        {"Sun, 01 Mar 2026 08:10:00 GMT", seconds{600}},
        {"Sun, 01 Mar 2026 07:10:00 GMT", std::nullopt},
        {"Sun, 08 Mar 2026 07:10:00 GMT", outbox::longest_retry_after},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.value);
        http::Headers headers;
        if (!c.value.empty()) headers.add("Retry-After", c.value);
        EXPECT_EQ(outbox::retry_after(headers, now), c.expected);
    }
}

} // namespace
