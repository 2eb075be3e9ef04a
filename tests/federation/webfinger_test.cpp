#include "federation/moderators.h"
#include "federation/nodeinfo.h"
#include "federation/webfinger.h"
#include "tests/federation/fixtures.h"

#include <gtest/gtest.h>

namespace federation {

namespace {

using fixtures::district_b;
using fixtures::load;
using Kind = WebfingerQuery::Kind;

TEST(ParseHandle, TakesEverySpelling) {
    for (const char* text : {"alice@maple.example",
                             "@alice@maple.example",
                             "acct:alice@maple.example",
                             "acct:@alice@Maple.Example",
                             " alice@maple.example ",
                             "alice@maple.example:443"}) {
        const auto handle = parse_handle(text);
        ASSERT_TRUE(handle) << text;
        EXPECT_EQ(handle->text(), "alice@maple.example") << text;
    }
    EXPECT_EQ(parse_handle("alice@schüle.example")->host, "xn--schle-mva.example");
    EXPECT_EQ(parse_handle("alice@localhost:8080")->host, "localhost:8080");
    for (const char* text : {"",
                             "alice",
                             "@alice",
                             "alice@",
                             "@maple.example",
                             "a b@maple.example",
                             "alice@maple.example/x",
                             "alice@bob@maple.example",
                             "\u0430lice@maple.example",
                             "alice@maple.example.",
                             "acct:"}) {
        EXPECT_FALSE(parse_handle(text)) << text;
    }
}

TEST(ParseWebfingerResource, FindsWhatIsOurs) {
    const struct {
        const char* resource;
        Kind kind;
        const char* name;
    } cases[] = {
        {"acct:bob@district-b.example", Kind::Account, "bob"},
        {"acct:@bob@district-b.example", Kind::Account, "bob"},
        {"Bob@DISTRICT-B.example", Kind::Account, "Bob"},
        {"https://district-b.example/users/bob", Kind::Account, "bob"},
        {"https://district-b.example/@bob", Kind::Account, "bob"},
        {"acct:district-b.example@district-b.example", Kind::ServerActor, ""},
        {"https://district-b.example/actor", Kind::ServerActor, ""},
        {"https://district-b.example/", Kind::InstanceRoot, ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.resource);
        const auto query = parse_webfinger_resource(district_b, c.resource);
        ASSERT_TRUE(query);
        EXPECT_EQ(query->kind, c.kind);
        EXPECT_EQ(query->name, c.name);
    }
    for (const char* resource : {"",
                                 "acct:bob@evil.test",
                                 "https://evil.test/users/bob",
                                 "https://district-b.example/users/bob/inbox",
                                 "mailto:bob",
                                 "https://district-b.example@evil.test/"}) {
        EXPECT_FALSE(parse_webfinger_resource(district_b, resource)) << resource;
    }
    const Instance split{.origin = "https://social.school.example",
                         .host = "social.school.example",
                         .handle_host = "school.example"};
    EXPECT_TRUE(parse_webfinger_resource(split, "acct:bob@school.example"));
    EXPECT_TRUE(parse_webfinger_resource(split, "acct:bob@social.school.example"));
}

TEST(RenderWebfinger, IsReadBack) {
    const Json jrd = render_webfinger(district_b, "bob");
    const auto answer = parse_webfinger(jrd);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->subject->text(), "bob@district-b.example");
    EXPECT_EQ(answer->actors, std::vector<std::string>{"https://district-b.example/users/bob"});
    EXPECT_EQ(jrd.at("aliases"),
              (Json{"https://district-b.example/@bob", "https://district-b.example/users/bob"}));
    EXPECT_EQ(jrd.at("links").back().at("template"),
              "https://district-b.example/authorize_interaction?uri={uri}");
    const Json server = render_server_webfinger(district_b, Kind::ServerActor);
    EXPECT_EQ(parse_webfinger(server)->subject->text(), "district-b.example@district-b.example");
    const Json root = render_server_webfinger(district_b, Kind::InstanceRoot);
    EXPECT_EQ(root.at("links").back().at("rel"), "https://www.w3.org/ns/activitystreams#Service");
}

TEST(Moderators, AreFoundFromTheServerItself) {
    const Json root = render_server_webfinger(district_b, Kind::InstanceRoot);
    const std::string uri = "https://district-b.example/actor/moderators";
    EXPECT_EQ(parse_moderators_link(root, "https://district-b.example"), uri);
    EXPECT_EQ(parse_moderators_link(root, "https://evil.test"), "") << "on another origin";
    const Json server = render_server_webfinger(district_b, Kind::ServerActor);
    EXPECT_EQ(parse_moderators_link(server, "https://district-b.example"), "");
    for (const Json& other : {Json(nullptr),
                              Json::object(),
                              Json{{"links", "x"}},
                              Json{{"links", Json::array({Json{{"rel", 3}}})}}})
        EXPECT_EQ(parse_moderators_link(other, "https://district-b.example"), "");

    const Json group = render_moderators(district_b);
    EXPECT_EQ(*parse_moderators_inbox(group, uri), uri + "/inbox");
    EXPECT_FALSE(parse_moderators_inbox(group, uri + "2"));
    for (const auto& [key, value] : {std::pair{"type", "Person"},
                                     std::pair{"inbox", "https://evil.test/inbox"},
                                     std::pair{"inbox", "inbox"}}) {
        Json forged = group;
        forged[key] = value;
        EXPECT_FALSE(parse_moderators_inbox(forged, uri)) << value;
    }
}

TEST(ParseWebfinger, ChoosesSelfByItsType) {
    EXPECT_EQ(parse_webfinger(load("webfinger-two-self.json"))->actors,
              (std::vector<std::string>{"https://blog.example/?author=2",
                                        "https://blog.example/?author=0"}));
    const auto split = parse_webfinger(load("webfinger-split-domain.json"));
    ASSERT_TRUE(split);
    EXPECT_EQ(split->actors.front(), "https://social.school.example/users/alice");
    EXPECT_TRUE(needs_second_lookup(*split, *parse_handle("alice@social.school.example")));
    EXPECT_FALSE(needs_second_lookup(*split, *parse_handle("alice@school.example")));
    const auto with_type = [](const char* type) {
        return parse_webfinger(
            {{"links",
              Json::array({{{"rel", "self"}, {"type", type}, {"href", "https://a.example/a"}}})}});
    };
    EXPECT_TRUE(with_type("application/activity+json; charset=utf-8"));
    EXPECT_FALSE(with_type("application/ld+json"));
    EXPECT_FALSE(with_type("text/html"));
    EXPECT_FALSE(parse_webfinger(Json::array()));
    EXPECT_FALSE(parse_webfinger({{"links", 7}}));
}

// ATTACKS A27: the answer of one host never counts for another one's handle.
TEST(ParseWebfinger, A27AsksTheHostOfTheSubject) {
    const auto honest = parse_webfinger(load("webfinger-mastodon.json"));
    EXPECT_FALSE(needs_second_lookup(*honest, *parse_handle("alice@mastodon.example")));
    const auto hijack = parse_webfinger(load("webfinger-hijack.json"));
    ASSERT_TRUE(hijack);
    EXPECT_TRUE(needs_second_lookup(*hijack, *parse_handle("alice@evil.test")));
}

TEST(HostMeta, PointsToWebfinger) {
    EXPECT_NE(
        render_host_meta_xml(district_b)
            .find("template=\"https://district-b.example/.well-known/webfinger?resource={uri}\""),
        std::string::npos);
    EXPECT_EQ(render_host_meta(district_b).at("links").at(0).at("rel"), "lrdd");
}

TEST(Nodeinfo, IsReadBack) {
    const NodeinfoUsage usage{.users = 3, .active_month = 2, .active_half_year = 3, .posts = 40};
    for (const auto version : {NodeinfoVersion::V20, NodeinfoVersion::V21}) {
        const Json document = render_nodeinfo(district_b, version, usage, false);
        const auto info = parse_nodeinfo(document);
        ASSERT_TRUE(info);
        EXPECT_EQ(info->software, "staffroom");
        EXPECT_EQ(info->usage.posts, 40);
        EXPECT_EQ(document.at("protocols"), Json::array({"activitypub"}));
        EXPECT_TRUE(document.at("services").at("inbound").is_array());
    }
    const Json links = render_nodeinfo_links(district_b);
    EXPECT_EQ(*parse_nodeinfo_links(links, district_b.origin),
              "https://district-b.example/nodeinfo/2.1");
    EXPECT_EQ(parse_server_actor_link(links, district_b.origin),
              "https://district-b.example/actor");
}

// ATTACKS C07
TEST(Nodeinfo, C07FollowsOnlyLinksOnTheSameOrigin) {
    const Json links = load("nodeinfo-wellknown.json");
    EXPECT_TRUE(parse_nodeinfo_links(links, "https://mastodon.example"));
    EXPECT_FALSE(parse_nodeinfo_links(links, "https://evil.test"));
    EXPECT_FALSE(parse_nodeinfo_links(links, "http://mastodon.example"));
    EXPECT_EQ(parse_server_actor_link(links, "https://evil.test"), "");
    EXPECT_FALSE(parse_nodeinfo_links(Json(), "https://mastodon.example"));
}

} // namespace

} // namespace federation
