#include "http/lookups.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace {

using std::chrono::milliseconds;

TEST(Lookups, GiveWhatTheResolverSays) {
    http::Lookups lookups([](const std::string& host) -> Result<std::vector<http::Address>> {
        if (host == "missing.example") return Error{Error::Kind::Unavailable, "no such name"};
        return std::vector{*http::parse_address("8.8.8.8")};
    });
    const auto found = lookups.find("cedar.example");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size(), 1U);
    EXPECT_EQ(lookups.find("missing.example").error().detail, "no such name");
}

TEST(Lookups, EndInTimeHoweverLongANameServerTakes) {
    std::promise<void> release;
    const auto released = release.get_future().share();
    std::atomic<int> begun = 0;
    http::Lookups lookups(
        [&](const std::string& host) -> Result<std::vector<http::Address>> {
            ++begun;
            if (host == "slow.example") released.wait();
            return std::vector{*http::parse_address("8.8.8.8")};
        },
        milliseconds{1'000},
        2);
    EXPECT_EQ(lookups.find("slow.example").error().kind, Error::Kind::Unavailable);
    EXPECT_TRUE(lookups.find("cedar.example")) << "another name does not wait for it";
    EXPECT_EQ(lookups.find("slow.example").error().kind, Error::Kind::Unavailable);
    // Both threads hang now: who comes is told in time, and leaves nothing behind.
    EXPECT_EQ(lookups.find("cedar.example").error().detail, "look-up: no answer in time");
    EXPECT_EQ(begun, 3);
    release.set_value();
}

} // namespace
