#include "federation/uris.h"
#include "tests/federation/fixtures.h"

#include <gtest/gtest.h>

namespace federation {

namespace {

using fixtures::district_b;
using Kind = LocalUri::Kind;

TEST(Uris, ComeBackAsWhatTheyNamed) {
    const std::string bob = actor_uri(district_b, "bob");
    const std::string status = status_uri(district_b, "bob", StatusId{12});
    const struct {
        std::string uri;
        Kind kind;
        const char* name;
        std::int64_t id;
    } cases[] = {
        {bob, Kind::Actor, "bob", 0},
        {server_actor_uri(district_b), Kind::ServerActor, "", 0},
        {inbox_uri(bob), Kind::Inbox, "bob", 0},
        {inbox_uri(server_actor_uri(district_b)), Kind::Inbox, "", 0},
        {shared_inbox_uri(district_b), Kind::SharedInbox, "", 0},
        {outbox_uri(bob), Kind::Outbox, "bob", 0},
        {followers_uri(bob), Kind::Followers, "bob", 0},
        {following_uri(bob), Kind::Following, "bob", 0},
        {featured_uri(bob), Kind::Featured, "bob", 0},
        {featured_tags_uri(bob), Kind::FeaturedTags, "bob", 0},
        {followers_synchronization_uri(bob), Kind::FollowersSynchronization, "bob", 0},
        {status, Kind::Status, "bob", 12},
        {activity_uri(status), Kind::Activity, "bob", 12},
        {replies_uri(status), Kind::Replies, "bob", 12},
        {likes_uri(status), Kind::Likes, "bob", 12},
        {shares_uri(status), Kind::Shares, "bob", 12},
        {follow_uri(district_b, "bob", FollowId{7}), Kind::Follow, "bob", 7},
        {quote_authorization_uri(district_b, "bob", 8), Kind::QuoteAuthorization, "bob", 8},
        {quote_request_uri(district_b, "bob", 9), Kind::QuoteRequest, "bob", 9},
        {context_uri(district_b, 5), Kind::Context, "", 5},
        {profile_url(district_b, "bob"), Kind::Profile, "bob", 0},
        {post_url(district_b, "bob", StatusId{12}), Kind::Post, "bob", 12},
        {tag_url(district_b, "fußball"), Kind::Tag, "fußball", 0},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.uri);
        const auto parsed = parse_local_uri(district_b, c.uri);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->kind, c.kind);
        EXPECT_EQ(parsed->name, c.name);
        EXPECT_EQ(parsed->id, c.id);
        EXPECT_TRUE(is_local(district_b, c.uri));
    }
    EXPECT_EQ(main_key_id(bob), "https://district-b.example/users/bob#main-key");
    EXPECT_EQ(fragment_uri(bob, "likes", 3), "https://district-b.example/users/bob#likes/3");
}

TEST(Uris, NameNothingWhenTheyAreNotOurs) {
    EXPECT_TRUE(parse_local_uri(district_b, "HTTPS://District-B.example:443/users/bob"));
    for (const char* uri : {
             "https://district-b.example.evil.test/users/bob",
             "http://district-b.example/users/bob",
             "https://district-b.example@evil.test/users/bob",
             "https://district-b.example/users/",
             "https://district-b.example/users/bob#main-key",
             "https://district-b.example/users/bob?x",
             "https://district-b.example/users/bob/",
             "https://district-b.example/users/bob/statuses/",
             "https://district-b.example/users/bob/statuses/-1",
             "https://district-b.example/users/bob/statuses/1x",
             "https://district-b.example/users/bob/statuses/99999999999999999999",
             "https://district-b.example/users/bob/statuses/1/activity/x",
             "https://district-b.example/users/bob/follows/1/activity",
             "https://district-b.example/",
             "https://district-b.example",
             "users/bob",
             "",
         }) {
        EXPECT_FALSE(parse_local_uri(district_b, uri)) << uri;
    }
    EXPECT_TRUE(is_local(district_b, "https://district-b.example/anything?x#y"));
    EXPECT_FALSE(is_local(district_b, "https://evil.test/"));
    EXPECT_FALSE(is_local(district_b, ""));
}

TEST(Uris, LeadToActorsAndStatuses) {
    EXPECT_EQ(local_actor_name(district_b, "https://district-b.example/@bob"), "bob");
    EXPECT_EQ(local_actor_name(district_b, "https://district-b.example/users/bob/inbox"), "");
    EXPECT_EQ(local_status_id(district_b, "https://district-b.example/@bob/3"), StatusId{3});
    EXPECT_EQ(
        local_status_id(district_b, "https://district-b.example/users/bob/statuses/3/activity"),
        StatusId{3});
    EXPECT_FALSE(local_status_id(district_b, "https://district-b.example/users/bob/follows/3"));
}

} // namespace

} // namespace federation
