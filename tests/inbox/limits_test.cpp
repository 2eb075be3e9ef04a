#include "inbox/limits.h"

#include <gtest/gtest.h>

#include <map>

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(KeyFetchSlots, OneHostHoldsHalfOfThemAtMost) {
    inbox::KeyFetchSlots slots(4);
    const auto first = slots.try_take("slow.test");
    {
        const auto second = slots.try_take("slow.test");
        EXPECT_TRUE(second);
        EXPECT_FALSE(slots.try_take("slow.test"));
        const auto other = slots.try_take("a.test");
        const auto another = slots.try_take("b.test");
        EXPECT_TRUE(other);
        EXPECT_TRUE(another);
        EXPECT_FALSE(slots.try_take("c.test")) << "four are four";
    }
    EXPECT_TRUE(slots.try_take("slow.test"));
    inbox::KeyFetchSlots one(1);
    EXPECT_TRUE(one.try_take("slow.test"));
}

TEST(KeyFetchSlots, WhoIsSentAwayComesBackInTurn) {
    inbox::KeyFetchSlots slots(4);
    const Time now{};
    std::map<int, int> at;
    for (int i = 0; i < 400; ++i)
        ++at[slots.retry_after_s(now)];
    EXPECT_EQ(at.begin()->first, 2) << "never at once";
    for (const auto& [second, peers] : at)
        EXPECT_LE(peers, 21) << "in second " << second;
    for (int i = 0; i < 4'000; ++i)
        EXPECT_LE(slots.retry_after_s(now), 60);
    EXPECT_EQ(slots.retry_after_s(now + seconds{120}), 2) << "later the line is gone";
}

// A model of a first start: every peer comes at once, no key is known, each fetch takes as long as
// usual. How long until all are in?
TEST(KeyFetchSlots, FiveHundredNewPeersAreLetInWithinAMinute) {
    constexpr int slots_there = 4;
    constexpr milliseconds fetch{200};
    inbox::KeyFetchSlots slots(slots_there);
    const Time start{};
    std::multimap<Time, int> arrivals;
    for (int peer = 0; peer < 500; ++peer)
        arrivals.emplace(start, peer);
    std::multimap<Time, int> free_at; // When each busy slot is free again.
    int refused = 0;
    Time last = start;
    while (!arrivals.empty()) {
        const auto [now, peer] = *arrivals.begin();
        arrivals.erase(arrivals.begin());
        free_at.erase(free_at.begin(), free_at.upper_bound(now));
        if (free_at.size() < slots_there) {
            free_at.emplace(now + fetch, peer);
            last = now + fetch;
            continue;
        }
        ++refused;
        // A client's own delays spread it within the second.
        arrivals.emplace(now + seconds{slots.retry_after_s(now)} + milliseconds{peer * 7919 % 1000}, peer);
    }
    // With ten seconds for everybody it takes 100 s and 2,500 refusals.
    EXPECT_LT(last - start, seconds{60});
    EXPECT_LT(refused, 1'000);
}

} // namespace
