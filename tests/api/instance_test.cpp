#include "api/text_cache.h"
#include "tests/api/client_support.h"

#include <algorithm>

namespace {

class InstanceTest : public ClientTest {};

TEST_F(InstanceTest, SaysWhatItIsInBothVersions) {
    const auto v1 = send("GET", "/api/v1/instance", nullptr);
    const auto v2 = send("GET", "/api/v2/instance", nullptr);
    ASSERT_EQ(v1.status, 200) << v1.body;
    EXPECT_SCHEMA("V1Instance", json(v1));
    EXPECT_SCHEMA("Instance", json(v2));
    EXPECT_EQ(json(v2).at("domain"), "maple.test");
    EXPECT_EQ(json(v1).at("configuration").at("statuses").at("max_characters"), 5'000);
    const auto description = send("GET", "/api/v1/instance/extended_description", nullptr);
    EXPECT_SCHEMA("ExtendedDescription", json(description));
    EXPECT_EQ(json(description).at("content"), "<p>A district &amp; its schools</p>");
}

TEST_F(InstanceTest, IsMadeAnewAtMostOnceAMinute) {
    const auto count = [&] {
        return json(send("GET", "/api/v1/instance", nullptr))
            .at("stats")
            .at("user_count")
            .get<int>();
    };
    const auto before = count();
    member();
    now += std::chrono::seconds{59};
    EXPECT_EQ(count(), before);
    now += std::chrono::seconds{2};
    EXPECT_GT(count(), before);
}

TEST_F(InstanceTest, OnlyMembersReadWhomWeSpeakWith) {
    const auto host = unique("peer") + ".test";
    const auto blocked = unique("blocked") + ".test";
    {
        db::Tx tx(pool);
        db::peers::set_level(tx, host, db::PeerLevel::Guest, "");
        db::peers::set_level(tx, blocked, db::PeerLevel::Blocked, "");
        tx.commit();
    }
    EXPECT_EQ(send("GET", "/api/v1/instance/peers", nullptr).status, 401);
    const auto peers_list = get_json("/api/v1/instance/peers", member());
    EXPECT_NE(std::find(peers_list.begin(), peers_list.end(), host), peers_list.end());
    EXPECT_EQ(std::find(peers_list.begin(), peers_list.end(), blocked), peers_list.end());
}

TEST_F(InstanceTest, TheseRoutesAreOpenAndNoOthers) {
    std::vector<std::string> open;
    for (const auto& route : router.routes()) {
        if (route.access != http::Access::Token) open.push_back(route.method + " " + route.pattern);
    }
    std::ranges::sort(open);
    EXPECT_EQ(open,
              (std::vector<std::string>{"GET /api/v1/custom_emojis",
                                        "GET /api/v1/instance",
                                        "GET /api/v1/instance/extended_description",
                                        "GET /api/v1/instance/rules",
                                        "GET /api/v1/streaming/health",
                                        "GET /api/v1/trends",
                                        "GET /api/v1/trends/links",
                                        "GET /api/v1/trends/statuses",
                                        "GET /api/v1/trends/tags",
                                        "GET /api/v2/instance",
                                        "GET /avatars/original/missing.png",
                                        "GET /headers/original/missing.png"}));
}

TEST_F(InstanceTest, EveryTokenRouteButListsOfAllNamesAScope) {
    for (const auto& route : router.routes()) {
        if (route.access != http::Access::Token || !route.scope.empty()) continue;
        EXPECT_TRUE(route.pattern == "/api/v1/instance/peers" ||
                    route.pattern == "/api/v1/announcements")
            << route.pattern;
    }
}

TEST_F(InstanceTest, ErrorsAreJsonForClients) {
    const auto ada = member();
    for (const auto* target : {"/api/v1/nothing", "/api/v1/statuses/1", "/api/v1/accounts/x"}) {
        const auto response = get(target, ada);
        EXPECT_EQ(response.status, 404) << target;
        EXPECT_TRUE(json(response).at("error").is_string());
    }
    EXPECT_EQ(json(send("GET", "/api/v1/timelines/home", nullptr)).at("error"),
              "The access token is invalid");
}

TEST(TextCache, FindsTheVersionThatWasPutAndForgetsTheOldest) {
    api::TextCache<StatusId> cache(2);
    const Time now = system_now();
    cache.put({1}, 7, now, "one");
    EXPECT_EQ(*cache.find({1}, 7, now), "one");
    EXPECT_EQ(cache.find({1}, 8, now), nullptr);
    EXPECT_EQ(cache.find({2}, 7, now), nullptr);
    EXPECT_EQ(cache.find({1}, 7, now + std::chrono::minutes{6}), nullptr);
    for (int i = 2; i < 7; ++i)
        cache.put({i}, 1, now, "more");
    EXPECT_EQ(cache.find({1}, 7, now), nullptr);
    EXPECT_NE(cache.find({6}, 1, now), nullptr);
}

} // namespace
