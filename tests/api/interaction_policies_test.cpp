#include "statuses/policy.h"
#include "tests/api/client_support.h"

namespace {

class InteractionPoliciesTest : public ClientTest {
  protected:
    static constexpr auto defaults = "/api/v1/interaction_policies/defaults";

    http::Response set(const db::Account& who, const Json& body) {
        return send("PATCH", defaults, &who, body.dump(), {{"Content-Type", "application/json"}});
    }
    db::Status stored(const Json& entity) {
        db::Tx tx(pool);
        return *db::statuses::find(
            tx, StatusId{parse_id(entity.at("id").get<std::string>()).value_or(0)});
    }
    statuses::QuoteAnswer answer(const db::Status& status,
                                 const db::Account& author,
                                 const db::Account& asker,
                                 statuses::Interaction interaction) {
        db::Tx tx(pool);
        return statuses::answer_interaction(tx, interaction, status, author, asker);
    }
    static Json only(const char* what, Json names) {
        return {{what, {{"automatic_approval", std::move(names)}}}};
    }

    db::Account ada = member("ada");
    db::Account ben = member("ben");
};

TEST_F(InteractionPoliciesTest, DefaultsAreSetReadAndTakenBack) {
    const auto usual = get_json(defaults, ada);
    EXPECT_EQ(usual.at("public").at("can_reply").at("automatic_approval"), Json::array({"public"}));
    EXPECT_EQ(usual.at("public").at("can_reply").at("always"), Json::array({"public"}));
    EXPECT_EQ(usual.at("private").at("can_reblog").at("automatic_approval"),
              Json::array({"author"}));

    const auto changed = set(ada, {{"public", only("can_reply", {"followers", "mentioned"})}});
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(json(changed).at("public").at("can_reply").at("automatic_approval"),
              Json::array({"followers", "author", "mentioned"}));
    EXPECT_EQ(json(changed).at("public").at("can_favourite"),
              usual.at("public").at("can_favourite"));
    EXPECT_EQ(json(changed).at("unlisted"), usual.at("unlisted"));
    EXPECT_EQ(get_json(defaults, ben), usual) << "each has their own";

    // As a form, with the older words.
    const auto form = send("PATCH",
                           defaults,
                           &ada,
                           "unlisted[can_reblog][always][]=following",
                           {{"Content-Type", "application/x-www-form-urlencoded"}});
    ASSERT_EQ(form.status, 200) << form.body;
    EXPECT_EQ(json(form).at("unlisted").at("can_reblog").at("always"),
              Json::array({"following", "author"}));
    EXPECT_EQ(json(form).at("public"), json(changed).at("public"));

    EXPECT_EQ(json(set(ada, {{"public", Json::object()}, {"unlisted", Json::object()}})), usual);
    EXPECT_EQ(send("GET", defaults, nullptr).status, 401);
}

TEST_F(InteractionPoliciesTest, WhatNobodyHereCouldGiveIsRefused) {
    const struct {
        const char* name;
        Json policy;
        int status;
    } cases[] = {
        {"everybody", only("can_reply", {"public"}), 200},
        {"nobody but the author", only("can_reply", {"author"}), 200},
        {"an older word", {{"can_reply", {{"always", {"me"}}}}}, 200},
        {"approval of each, of those who may anyway",
         {{"can_reply", {{"automatic_approval", {"public"}}, {"manual_approval", {"followers"}}}}},
         200},
        {"approval of each", {{"can_reply", {{"manual_approval", {"public"}}}}}, 422},
        {"mutuals", only("can_favourite", {"mutuals"}), 422},
        {"one person", only("can_reply", {"https://cedar.test/users/rex"}), 422},
        {"mentioned, for favourites", only("can_favourite", {"mentioned"}), 422},
        {"nonsense", only("can_reblog", {"<b>"}), 422},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(set(ada, {{"public", c.policy}}).status, c.status);
        EXPECT_EQ(post("/api/v1/statuses",
                       ada,
                       {{"status", unique("x")}, {"interaction_policy", c.policy}})
                      .status,
                  c.status);
    }
}

TEST_F(InteractionPoliciesTest, APostCarriesItsPolicyAndOthersAreHeldToIt) {
    const auto friend_of_ada = stranger("friend");
    const auto other = stranger("other");
    follow(friend_of_ada, ada);
    EXPECT_EQ(set(ada, {{"public", only("can_reply", {"followers"})}}).status, 200);
    const auto posted = post_json("/api/v1/statuses", ada, {{"status", "for those I know"}});
    EXPECT_EQ(posted.at("interaction_policy").at("can_reply").at("automatic_approval"),
              Json::array({"followers", "author", "mentioned"}));
    const auto status = stored(posted);
    const auto document = Json::parse(status.document);
    EXPECT_EQ(document.at("interactionPolicy").at("canReply").at("automaticApproval"),
              Json::array({ada.followers_uri}));

    using statuses::Interaction;
    using statuses::QuoteAnswer;
    EXPECT_EQ(answer(status, ada, friend_of_ada, Interaction::Reply), QuoteAnswer::Accept);
    EXPECT_EQ(answer(status, ada, other, Interaction::Reply), QuoteAnswer::Reject);
    EXPECT_EQ(answer(status, ada, other, Interaction::Like), QuoteAnswer::Accept) << "not stated";
    // Our own people, too.
    const Json reply{{"status", "hello"}, {"in_reply_to_id", posted.at("id")}};
    EXPECT_EQ(post("/api/v1/statuses", ben, reply).status, 403);
    follow(ben, ada);
    EXPECT_EQ(post("/api/v1/statuses", ben, reply).status, 200);

    // What a post says of itself counts more than the default.
    const auto open = post_json(
        "/api/v1/statuses",
        ada,
        {{"status", "for all"}, {"interaction_policy", only("can_favourite", {"author"})}});
    EXPECT_EQ(answer(stored(open), ada, other, Interaction::Reply), QuoteAnswer::Accept);
    EXPECT_EQ(answer(stored(open), ada, other, Interaction::Like), QuoteAnswer::Reject);
    EXPECT_EQ(post(status_path(open.at("id").get<std::string>(), "/favourite"), ben).status, 403);
    // Who states nothing has the shape of Mastodon.
    EXPECT_FALSE(
        post_json("/api/v1/statuses", ben, {{"status", "plain"}}).contains("interaction_policy"));
}

} // namespace
