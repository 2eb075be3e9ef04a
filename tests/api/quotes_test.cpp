#include "tests/api/client_support.h"

namespace {

class QuotesTest : public ClientTest {
  protected:
    std::string id_of(const Json& entity) { return entity.at("id").get<std::string>(); }
    Json quote(const db::Account& who, const std::string& quoted) {
        return post_json(
            "/api/v1/statuses", who, {{"status", "look"}, {"quoted_status_id", quoted}});
    }
    std::string policy_path(const std::string& id) {
        return status_path(id, "/interaction_policy");
    }
    http::Response put(const std::string& target, const db::Account& who, const Json& body) {
        return send("PUT", target, &who, body.dump(), {{"Content-Type", "application/json"}});
    }
};

TEST_F(QuotesTest, AQuoteStandsUntilItIsRevokedAndNotAgain) {
    const auto ada = member("ada");
    const auto ben = member("ben");
    const auto quoted = id_of(post_json("/api/v1/statuses", ada, {{"status", "worth it"}}));
    const auto quoting = quote(ben, quoted);
    EXPECT_SCHEMA("Status", quoting);
    EXPECT_EQ(quoting.at("quote").at("state"), "accepted");
    EXPECT_EQ(quoting.at("quote").at("quoted_status").at("id"), quoted);
    EXPECT_EQ(get_json(status_path(quoted), ada).at("quotes_count"), 1);
    EXPECT_TRUE(contains(get_json(status_path(quoted, "/quotes"), ada), id_of(quoting)));
    const auto told = get_json("/api/v1/notifications", ada);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told.at(0).at("type"), "quote");

    const auto revoke = status_path(quoted, ("/quotes/" + id_of(quoting) + "/revoke").c_str());
    EXPECT_EQ(post(revoke, ben).status, 404) << "only the quoted author takes it back";
    const auto revoked = post_json(revoke, ada);
    EXPECT_EQ(revoked.at("quote").at("state"), "revoked");
    EXPECT_TRUE(revoked.at("quote").at("quoted_status").is_null());
    EXPECT_EQ(get_json(status_path(quoted), ada).at("quotes_count"), 0);
    EXPECT_TRUE(get_json(status_path(quoted, "/quotes"), ada).empty());
    EXPECT_EQ(post_json(revoke, ada).at("quote").at("state"), "revoked") << "twice is the same";
}

TEST_F(QuotesTest, ThePolicySaysWhoMayQuote) {
    const auto ada = member("ada");
    const auto fan = member("fan");
    const auto other = member("other");
    follow(fan, ada);
    const struct {
        const char* policy;
        const char* visibility;
        bool fan_may;
        bool other_may;
    } cases[] = {
        {"public", "public", true, true},
        {"public", "unlisted", true, true},
        {"followers", "public", true, false},
        {"nobody", "public", false, false},
        {"public", "private", false, false},
        {"public", "direct", false, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.policy) + " " + c.visibility);
        const auto posted = post_json(
            "/api/v1/statuses",
            ada,
            {{"status", "x"}, {"visibility", c.visibility}, {"quote_approval_policy", c.policy}});
        const auto id = id_of(posted);
        for (const auto& [reader, may] :
             {std::pair(&fan, c.fan_may), std::pair(&other, c.other_may)}) {
            const auto shown = get(status_path(id), *reader);
            if (shown.status == 200) {
                EXPECT_EQ(json(shown).at("quote_approval").at("current_user"),
                          may ? "automatic" : "denied");
            }
            const auto answer =
                post("/api/v1/statuses", *reader, {{"status", "look"}, {"quoted_status_id", id}});
            EXPECT_EQ(answer.status, may ? 200 : 404) << answer.body;
        }
    }
}

TEST_F(QuotesTest, ThePolicyOfAPostChangesForItsAuthorAlone) {
    const auto ada = member("ada");
    const auto ben = member("ben");
    const auto id = id_of(post_json("/api/v1/statuses", ada, {{"status", "x"}}));
    const Json nobody = {{"quote_approval_policy", "nobody"}};
    EXPECT_EQ(put(policy_path(id), ben, nobody).status, 404);
    EXPECT_EQ(put(policy_path(id), ada, {{"quote_approval_policy", "friends"}}).status, 422);
    const auto changed = put(policy_path(id), ada, nobody);
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_TRUE(json(changed).at("quote_approval").at("automatic").empty());
    EXPECT_TRUE(json(changed).at("edited_at").is_null());
    EXPECT_EQ(post("/api/v1/statuses", ben, {{"status", "y"}, {"quoted_status_id", id}}).status,
              404);
}

TEST_F(QuotesTest, WhoWantsToBeAskedDecidesAboutEachQuote) {
    const auto ada = member("ada");
    const auto ben = member("ben");
    const auto posted = post_json(
        "/api/v1/statuses", ada, {{"status", "ask me"}, {"quote_approval_policy", "ask"}});
    EXPECT_EQ(posted.at("quote_approval").at("manual"), Json::array({"public"}));
    EXPECT_EQ(get_json(status_path(id_of(posted)), ben).at("quote_approval").at("current_user"),
              "manual");
    const std::string list = "/api/v1/interaction_requests";
    const struct {
        const char* verb;
        const char* state;
        const char* decided;
    } cases[] = {{"/reject", "rejected", "rejected_at"}, {"/authorize", "accepted", "accepted_at"}};
    for (const auto& c : cases) {
        SCOPED_TRACE(c.verb);
        const auto quoting = quote(ben, id_of(posted));
        EXPECT_EQ(quoting.at("quote").at("state"), "pending");
        const auto told = get_json("/api/v1/notifications", ada);
        ASSERT_EQ(told.size(), 1u);
        EXPECT_EQ(told.at(0).at("type"), "pending.quote");
        EXPECT_EQ(told.at(0).at("status").at("id"), posted.at("id"));

        EXPECT_TRUE(get_json(list, ben).empty());
        const auto waiting = get_json(list, ada);
        ASSERT_EQ(waiting.size(), 1u);
        EXPECT_EQ(waiting.at(0).at("type"), "quote");
        EXPECT_EQ(waiting.at(0).at("account").at("username"), ben.username);
        EXPECT_EQ(waiting.at(0).at("quote_uri"), quoting.at("uri"));
        const auto one = list + "/" + id_of(waiting.at(0));
        EXPECT_EQ(get(one, ben).status, 404);
        EXPECT_EQ(post(one + c.verb, ben).status, 404);
        const auto decided = post_json(one + c.verb, ada);
        EXPECT_FALSE(decided.at(c.decided).is_null());
        EXPECT_EQ(get_json(one, ada), decided);
        EXPECT_TRUE(get_json(list, ada).empty());
        EXPECT_EQ(get_json(status_path(id_of(quoting)), ben).at("quote").at("state"), c.state);
        post_json("/api/v1/notifications/clear", ada);
        post_json("/api/v1/notifications/clear", ben);
    }
}

TEST_F(QuotesTest, RequestsOfStrangersFollowTheNotificationPolicy) {
    const auto ada = member("ada");
    const auto ben = member("ben");
    const auto posted = post_json(
        "/api/v1/statuses", ada, {{"status", "ask me"}, {"quote_approval_policy", "ask"}});
    const auto told = [&](const char* more) {
        return get_json(std::string("/api/v1/notifications") + more, ada).size();
    };
    const auto set = [&](const char* verdict) {
        const Json body{{"for_not_following", verdict}};
        EXPECT_EQ(send("PATCH",
                       "/api/v2/notifications/policy",
                       &ada,
                       body.dump(),
                       {{"Content-Type", "application/json"}})
                      .status,
                  200);
    };
    set("filter");
    quote(ben, id_of(posted));
    EXPECT_EQ(told(""), 0U);
    EXPECT_EQ(told("?include_filtered=true"), 1U);
    EXPECT_EQ(get_json("/api/v1/interaction_requests", ada).size(), 1U) << "it waits all the same";
    // The honest twin: whom she follows is heard at once.
    const auto cleo = member("cleo");
    follow(ada, cleo);
    quote(cleo, id_of(posted));
    EXPECT_EQ(told(""), 1U);
    EXPECT_EQ(get_json("/api/v1/interaction_requests", ada).size(), 2U);
}

TEST_F(QuotesTest, AQuoteOfOnesOwnPrivatePostIsPrivate) {
    const auto ada = member("ada");
    const auto own =
        id_of(post_json("/api/v1/statuses", ada, {{"status", "x"}, {"visibility", "private"}}));
    const auto quoting = quote(ada, own);
    EXPECT_EQ(quoting.at("visibility"), "private");
    EXPECT_EQ(quoting.at("quote").at("state"), "accepted");
}

TEST_F(QuotesTest, WhatTheReaderMayNotSeeIsNotShownInAQuote) {
    const auto ada = member("ada");
    const auto ben = member("ben");
    const auto eve = member("eve");
    const auto quoted = id_of(post_json("/api/v1/statuses", ada, {{"status", "for most"}}));
    const auto quoting = id_of(quote(ben, quoted));
    post_json(path("/api/v1/accounts/", eve, "/block"), ada);
    const auto shown = get_json(status_path(quoting), eve);
    EXPECT_EQ(shown.at("quote").at("state"), "unauthorized");
    EXPECT_TRUE(shown.at("quote").at("quoted_status").is_null());
}

TEST_F(QuotesTest, APostOfAnotherServerIsAskedForOnlyWhereItsAuthorMayRead) {
    const auto ada = member("ada");
    const auto rex = stranger();
    const auto theirs =
        post_by(rex, db::Visibility::Public, {.interaction_policy = {{"automatic", {"public"}}}});
    const auto id = to_string(theirs.id);
    const auto pending = quote(ada, id);
    EXPECT_EQ(pending.at("quote").at("state"), "pending");
    EXPECT_TRUE(pending.at("quote").at("quoted_status").is_null());
    for (const auto& hidden : {Json{{"visibility", "private"}}, Json{{"local_only", true}}}) {
        Json body = {{"status", "x"}, {"quoted_status_id", id}};
        body.update(hidden);
        EXPECT_EQ(post("/api/v1/statuses", ada, body).status, 422) << hidden.dump();
    }
    const auto silent = post_by(rex);
    EXPECT_EQ(
        post("/api/v1/statuses", ada, {{"status", "x"}, {"quoted_status_id", to_string(silent.id)}})
            .status,
        404)
        << "no policy: nobody";
}

} // namespace
