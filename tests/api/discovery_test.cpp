#include "tests/api/client_support.h"

#include <algorithm>

namespace {

class DiscoveryTest : public ClientTest {
  protected:
    http::Response patch(const db::Account& who, const Json& body) {
        return send("PATCH",
                    "/api/v1/accounts/update_credentials",
                    &who,
                    body.dump(),
                    {{"Content-Type", "application/json"}});
    }
    void change(const db::Account& who, const Json& body) {
        const auto answer = patch(who, body);
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    db::Account findable(const std::string& name) {
        auto account = member(name);
        change(account, {{"discoverable", true}});
        return account;
    }
    static std::string id(const db::Account& account) { return to_string(account.id); }
};

TEST_F(DiscoveryTest, TheDirectoryListsWhoWantsToBeFound) {
    const auto ada = member("ada");
    const auto shown = findable("shown");
    const auto shy = member("shy");
    const auto hostile = findable("hostile");
    post_json(path("/api/v1/accounts/", ada, "/block"), hostile);
    const auto listed = get_json("/api/v1/directory?order=new&limit=80", ada);
    EXPECT_TRUE(contains(listed, id(shown)));
    EXPECT_FALSE(contains(listed, id(shy)));
    EXPECT_FALSE(contains(listed, id(hostile)));

    const auto rex = stranger();
    EXPECT_TRUE(contains(get_json("/api/v1/directory?order=new&limit=80", ada), id(rex)));
    EXPECT_FALSE(
        contains(get_json("/api/v1/directory?order=new&limit=80&local=true", ada), id(rex)));

    const auto newest = get_json("/api/v1/directory?order=new&limit=1", ada);
    const auto second = get_json("/api/v1/directory?order=new&limit=1&offset=1", ada);
    ASSERT_EQ(newest.size(), 1u);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_NE(newest.at(0).at("id"), second.at(0).at("id"));

    post_json("/api/v1/statuses", shown, {{"status", "here I am"}});
    EXPECT_EQ(get_json("/api/v1/directory?limit=1", ada).at(0).at("id"), id(shown));
}

TEST_F(DiscoveryTest, SuggestsFriendsOfFriendsUntilTheyAreDismissedOrFollowed) {
    const auto ada = member("ada");
    const auto friendly = member("friend");
    const auto secretive = member("secretive");
    const auto second = findable("second");
    const auto third = findable("third");
    const auto hidden = member("hidden");
    const auto of_secretive = findable("ofsecretive");
    follow(ada, friendly);
    follow(ada, secretive);
    for (const auto* one : {&second, &third, &hidden})
        follow(friendly, *one);
    follow(secretive, of_secretive);
    change(secretive, {{"hide_collections", true}});

    const auto suggested = [&] {
        std::vector<std::string> found;
        for (const auto& entry : get_json("/api/v2/suggestions?limit=80", ada)) {
            EXPECT_SCHEMA("Suggestion", entry);
            if (entry.at("sources").at(0) == "friends_of_friends")
                found.push_back(entry.at("account").at("id").get<std::string>());
        }
        std::ranges::sort(found);
        return found;
    };
    std::vector both{id(second), id(third)};
    std::ranges::sort(both);
    EXPECT_EQ(suggested(), both);
    EXPECT_TRUE(contains(get_json("/api/v1/suggestions?limit=80", ada), id(second)));

    EXPECT_EQ(send("DELETE", "/api/v1/suggestions/" + id(second), &ada).status, 200);
    EXPECT_EQ(suggested(), std::vector{id(third)});
    follow(ada, third);
    EXPECT_TRUE(suggested().empty());
    EXPECT_EQ(send("DELETE", "/api/v1/suggestions/12345", &ada).status, 404);
}

TEST_F(DiscoveryTest, TellsWhichFollowersOneKnows) {
    const auto ada = member("ada");
    const auto known = member("known");
    const auto unknown = member("unknown");
    const auto secretive = member("secretive");
    const auto target = member("target");
    const auto closed = member("closed");
    for (const auto* one : {&known, &unknown, &secretive}) {
        follow(*one, target);
        follow(*one, closed);
    }
    follow(ada, known);
    follow(ada, secretive);
    change(secretive, {{"hide_collections", true}});
    change(closed, {{"hide_collections", true}});
    const auto answer = get_json("/api/v1/accounts/familiar_followers?id[]=" + id(target) +
                                     "&id[]=" + id(closed) + "&id[]=12345",
                                 ada);
    ASSERT_EQ(answer.size(), 2u);
    EXPECT_SCHEMA("FamiliarFollowers", answer.at(0));
    EXPECT_EQ(answer.at(0).at("id"), id(target));
    EXPECT_EQ(ids(answer.at(0).at("accounts")), std::vector{id(known)});
    EXPECT_TRUE(answer.at(1).at("accounts").empty());
}

TEST_F(DiscoveryTest, EndorsesWhomTheMemberFollows) {
    const auto ada = member("ada");
    const auto ben = member("ben");
    EXPECT_EQ(post(path("/api/v1/accounts/", ben, "/endorse"), ada).status, 422);
    follow(ada, ben);
    EXPECT_EQ(post_json(path("/api/v1/accounts/", ben, "/endorse"), ada).at("endorsed"), true);
    EXPECT_EQ(post_json(path("/api/v1/accounts/", ben, "/pin"), ada).at("endorsed"), true);
    EXPECT_EQ(ids(get_json("/api/v1/endorsements", ada)), std::vector{id(ben)});
    EXPECT_EQ(ids(get_json(path("/api/v1/accounts/", ada, "/endorsements"), ben)),
              std::vector{id(ben)});
    EXPECT_EQ(post_json(path("/api/v1/accounts/", ben, "/unendorse"), ada).at("endorsed"), false);
    EXPECT_TRUE(get_json("/api/v1/endorsements", ada).empty());
}

TEST_F(DiscoveryTest, FeaturesTenHashtagsAndSuggestsMore) {
    const auto ada = member("ada");
    const auto eve = member("eve");
    post_json("/api/v1/statuses", ada, {{"status", "#Fractions and #Decimals"}});
    post_json("/api/v1/statuses", ada, {{"status", "more #fractions"}});
    const auto suggested = get_json("/api/v1/featured_tags/suggestions", ada);
    ASSERT_EQ(suggested.size(), 2u);
    EXPECT_SCHEMA("Tag", suggested.at(0));
    EXPECT_EQ(suggested.at(0).at("name"), "fractions");

    const auto featured = post_json("/api/v1/featured_tags", ada, {{"name", "#Fractions"}});
    EXPECT_SCHEMA("FeaturedTag", featured);
    EXPECT_EQ(featured.at("statuses_count"), "2");
    EXPECT_EQ(post_json("/api/v1/featured_tags", ada, {{"name", "fractions"}}).at("id"),
              featured.at("id"));
    EXPECT_EQ(get_json("/api/v1/tags/fractions", ada).at("featuring"), true);
    EXPECT_EQ(get_json("/api/v1/tags/fractions", eve).at("featuring"), false);
    EXPECT_EQ(get_json(path("/api/v1/accounts/", ada, "/featured_tags"), eve).size(), 1u);
    EXPECT_EQ(get_json("/api/v1/featured_tags/suggestions", ada).size(), 1u);
    for (const auto* bad : {"", "two words", "#", "12", "a/b"}) {
        EXPECT_EQ(post("/api/v1/featured_tags", ada, {{"name", bad}}).status, 422) << bad;
    }
    const auto entry = "/api/v1/featured_tags/" + featured.at("id").get<std::string>();
    EXPECT_EQ(send("DELETE", entry, &eve).status, 404);
    EXPECT_EQ(send("DELETE", entry, &ada).status, 200);

    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(
            post_json("/api/v1/tags/topic" + std::to_string(i) + "x/feature", ada).at("featuring"),
            true);
    }
    EXPECT_EQ(post("/api/v1/tags/onemore/feature", ada).status, 422);
    EXPECT_EQ(post_json("/api/v1/tags/topic1x/unfeature", ada).at("featuring"), false);
    EXPECT_EQ(post("/api/v1/tags/onemore/feature", ada).status, 200);
}

TEST_F(DiscoveryTest, TheProfileIsReadAndChangedAsItWasWritten) {
    const auto ada = member("ada");
    EXPECT_SCHEMA("Profile", get_json("/api/v1/profile", ada));
    const Json body = {{"note", "Teaches <maths>"},
                       {"show_media", false},
                       {"attribution_domains", {"https://blog.maple.test/", "*.maple.test"}},
                       {"fields_attributes", {{"0", {{"name", "Role"}, {"value", "Teacher"}}}}}};
    const auto answer =
        send("PATCH", "/api/v1/profile", &ada, body.dump(), {{"Content-Type", "application/json"}});
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto profile = json(answer);
    EXPECT_SCHEMA("Profile", profile);
    EXPECT_EQ(profile.at("note"), "Teaches <maths>");
    EXPECT_EQ(profile.at("show_media"), false);
    EXPECT_EQ(profile.at("attribution_domains"), Json({"blog.maple.test", "maple.test"}));
    EXPECT_TRUE(profile.at("avatar").is_null());
    const auto account = get_json(path("/api/v1/accounts/", ada), ada);
    EXPECT_EQ(account.at("show_media"), false);

    const auto removed = send("DELETE", "/api/v1/profile/avatar", &ada);
    ASSERT_EQ(removed.status, 200) << removed.body;
    EXPECT_SCHEMA("CredentialAccount", json(removed));
    EXPECT_EQ(json(removed).at("avatar_description"), "");

    const Json many(std::vector<std::string>(11, "maple.test"));
    EXPECT_EQ(patch(ada, {{"attribution_domains", many}}).status, 422);
    EXPECT_EQ(patch(ada, {{"attribution_domains", {"not a host"}}}).status, 422);
}

TEST_F(DiscoveryTest, PreferencesAreWhatTheMemberChose) {
    const auto ada = member("ada");
    change(ada,
           {{"source",
             {{"privacy", "private"},
              {"sensitive", true},
              {"language", "fr"},
              {"quote_policy", "followers"},
              {"expand_media", "hide_all"},
              {"expand_spoilers", true}}}});
    const auto preferences = get_json("/api/v1/preferences", ada);
    EXPECT_SCHEMA("Preferences", preferences);
    EXPECT_EQ(preferences.at("posting:default:visibility"), "private");
    EXPECT_EQ(preferences.at("posting:default:sensitive"), true);
    EXPECT_EQ(preferences.at("posting:default:language"), "fr");
    EXPECT_EQ(preferences.at("posting:default:quote_policy"), "followers");
    EXPECT_EQ(preferences.at("reading:expand:media"), "hide_all");
    EXPECT_EQ(preferences.at("reading:expand:spoilers"), true);
    for (const auto& bad : {Json{{"quote_policy", "friends"}}, Json{{"expand_media", "some"}}}) {
        EXPECT_EQ(patch(ada, {{"source", bad}}).status, 422) << bad.dump();
    }
}

} // namespace
