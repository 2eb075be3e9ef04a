#include "statuses/addressing.h"

#include <gtest/gtest.h>

namespace {

TEST(Addressing, FollowsTheTable) {
    const std::string everybody = "https://www.w3.org/ns/activitystreams#Public";
    const std::string followers = "https://maple.test/users/bob/followers";
    const std::string alice = "https://cedar.example/users/alice";
    const struct {
        const char* name;
        db::Visibility visibility;
        statuses::Addressing expected;
    } cases[] = {
        {"public", db::Visibility::Public, {{everybody}, {followers, alice}}},
        {"unlisted", db::Visibility::Unlisted, {{followers}, {everybody, alice}}},
        {"private", db::Visibility::Private, {{followers}, {alice}}},
        {"direct", db::Visibility::Direct, {{alice}, {}}},
        {"limited", db::Visibility::Limited, {{alice}, {}}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(statuses::address(c.visibility, followers, {alice, alice}), c.expected);
    }
}

} // namespace
