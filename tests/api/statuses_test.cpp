#include "db/jobs.h"
#include "tests/api/client_support.h"

namespace {

class StatusesTest : public ClientTest {};

TEST_F(StatusesTest, WritesAPostInEveryEncodingAndShowsIt) {
    const auto ada = member();
    const auto from_json = post_json("/api/v1/statuses",
                                     ada,
                                     {{"status", "Hello #Maths & <b>all</b>"},
                                      {"visibility", "unlisted"},
                                      {"language", "en"},
                                      {"spoiler_text", "greeting"},
                                      {"in_reply_to_id", nullptr}});
    EXPECT_SCHEMA("Status", from_json);
    EXPECT_EQ(from_json.at("visibility"), "unlisted");
    EXPECT_EQ(from_json.at("spoiler_text"), "greeting");
    EXPECT_EQ(from_json.at("tags").at(0).at("name"), "maths");
    EXPECT_EQ(from_json.at("account").at("id"), to_string(ada.id));
    EXPECT_NE(from_json.at("content").get<std::string>().find("&lt;b&gt;"), std::string::npos);

    const auto form = send("POST",
                           "/api/v1/statuses",
                           &ada,
                           "status=Pick+one&poll%5Boptions%5D%5B%5D=a&poll%5Boptions%5D%5B%5D=b&"
                           "poll%5Bexpires_in%5D=3600",
                           {{"Content-Type", "application/x-www-form-urlencoded"}});
    ASSERT_EQ(form.status, 200) << form.body;
    const auto with_poll = json(form);
    EXPECT_SCHEMA("Status", with_poll);
    EXPECT_EQ(with_poll.at("poll").at("options").size(), 2u);
    EXPECT_EQ(with_poll.at("visibility"), "public");

    const auto shown = get_json(status_path(from_json.at("id")), ada);
    EXPECT_EQ(shown.at("content"), from_json.at("content"));
    EXPECT_EQ(shown.at("account").at("statuses_count"), 2);
}

TEST_F(StatusesTest, RefusesWhatIsNotBuiltOrNotWellFormed) {
    const auto ada = member();
    const struct {
        const char* name;
        Json body;
        int status;
    } cases[] = {
        {"empty", {{"status", ""}}, 422},
        {"blank", {{"status", "  \n "}}, 422},
        {"too long", {{"status", std::string(5'001, 'x')}}, 422},
        {"a quote of nothing", {{"status", "x"}, {"quoted_status_id", "1"}}, 404},
        {"a quote that is no id", {{"status", "x"}, {"quoted_status_id", "abc"}}, 404},
        {"quote policy", {{"status", "x"}, {"quote_approval_policy", "enemies"}}, 422},
        {"visibility", {{"status", "x"}, {"visibility", "secret"}}, 422},
        {"limited is for others", {{"status", "x"}, {"visibility", "limited"}}, 422},
        {"language", {{"status", "x"}, {"language", "<script>"}}, 422},
        {"parent that is no id", {{"status", "x"}, {"in_reply_to_id", "abc"}}, 404},
        {"unknown parent", {{"status", "x"}, {"in_reply_to_id", "12345"}}, 404},
        {"unknown media", {{"status", "x"}, {"media_ids", {"12345"}}}, 422},
        {"one option", {{"status", "x"}, {"poll", {{"options", {"a"}}, {"expires_in", 600}}}}, 422},
        {"short poll",
         {{"status", "x"}, {"poll", {{"options", {"a", "b"}}, {"expires_in", 1}}}},
         422},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto response = post("/api/v1/statuses", ada, c.body);
        EXPECT_EQ(response.status, c.status) << response.body;
        EXPECT_FALSE(json(response).value("error", "").empty());
    }
}

TEST_F(StatusesTest, PostsOnceForOneIdempotencyKey) {
    const auto ada = member();
    const auto eve = member("eve");
    const http::Headers key{{"Idempotency-Key", unique("k")}};
    const auto first = json(post("/api/v1/statuses", ada, {{"status", "once"}}, key));
    const auto again = json(post("/api/v1/statuses", ada, {{"status", "once"}}, key));
    EXPECT_EQ(first.at("id"), again.at("id"));
    const auto other = json(post("/api/v1/statuses", eve, {{"status", "once"}}, key));
    EXPECT_NE(first.at("id"), other.at("id"));
}

TEST_F(StatusesTest, LocalOnlyIsAskedForInSeveralWays) {
    const auto ada = member();
    for (const Json& body : {Json{{"status", "x"}, {"local_only", true}},
                             Json{{"status", "x"}, {"federated", "false"}},
                             Json{{"status", "x"}, {"visibility", "local"}}}) {
        const auto status = post_json("/api/v1/statuses", ada, body);
        EXPECT_EQ(status.at("local_only"), true) << body.dump();
        EXPECT_EQ(status.at("visibility"), "public");
    }
}

// P04, P09: nothing tells a hidden post from a missing one.
TEST_F(StatusesTest, P04AnswersForAHiddenPostAsForAMissingOne) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto secret = to_string(post_by(ada, db::Visibility::Direct).id);
    const auto gone = to_string(StatusId{1'234'567});
    ASSERT_EQ(get(status_path(secret), ada).status, 200);
    const struct {
        const char* method;
        const char* after;
    } cases[] = {
        {"GET", ""},
        {"GET", "/context"},
        {"GET", "/source"},
        {"GET", "/history"},
        {"GET", "/favourited_by"},
        {"GET", "/reblogged_by"},
        {"POST", "/favourite"},
        {"POST", "/unfavourite"},
        {"POST", "/reblog"},
        {"POST", "/unreblog"},
        {"POST", "/bookmark"},
        {"POST", "/unbookmark"},
        {"POST", "/pin"},
        {"POST", "/unpin"},
        {"POST", "/mute"},
        {"POST", "/unmute"},
        {"DELETE", ""},
        {"PUT", ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.method) + c.after);
        const auto hidden = send(c.method, status_path(secret, c.after), &eve);
        const auto missing = send(c.method, status_path(gone, c.after), &eve);
        EXPECT_EQ(hidden.status, 404);
        EXPECT_EQ(hidden.status, missing.status);
        EXPECT_EQ(hidden.body, missing.body);
    }
    EXPECT_EQ(post("/api/v1/statuses", eve, {{"status", "x"}, {"in_reply_to_id", secret}}).body,
              post("/api/v1/statuses", eve, {{"status", "x"}, {"in_reply_to_id", gone}}).body);
    EXPECT_EQ(get_json("/api/v1/statuses?id[]=" + secret, eve), Json::array());
}

TEST_F(StatusesTest, OnlyTheAuthorEditsDeletesAndReadsTheSource) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto id = post_json("/api/v1/statuses", ada, {{"status", "mine"}}).at("id");
    EXPECT_EQ(get(status_path(id), eve).status, 200);
    EXPECT_EQ(get(status_path(id, "/source"), eve).status, 404);
    EXPECT_EQ(send("DELETE", status_path(id), &eve).status, 404);
    EXPECT_EQ(send("PUT",
                   status_path(id),
                   &eve,
                   R"({"status": "hers"})",
                   {{"Content-Type", "application/json"}})
                  .status,
              404);
    EXPECT_EQ(get_json(status_path(id, "/source"), ada).at("text"), "mine");
}

TEST_F(StatusesTest, AnEditLeavesAHistoryAndADeletionGivesTheTextBack) {
    const auto ada = member();
    const auto id = post_json("/api/v1/statuses", ada, {{"status", "frist"}}).at("id");
    now += std::chrono::minutes{1};
    const auto edited = send("PUT",
                             status_path(id),
                             &ada,
                             R"({"status": "first", "spoiler_text": "typo"})",
                             {{"Content-Type", "application/json"}});
    ASSERT_EQ(edited.status, 200) << edited.body;
    EXPECT_SCHEMA("Status", json(edited));
    EXPECT_TRUE(json(edited).at("edited_at").is_string());

    const auto history = get_json(status_path(id, "/history"), ada);
    ASSERT_EQ(history.size(), 2u);
    EXPECT_SCHEMA("StatusEdit", history[0]);
    EXPECT_SCHEMA("StatusEdit", history[1]);
    EXPECT_EQ(history[0].at("content"), "<p>frist</p>");
    EXPECT_EQ(history[1].at("spoiler_text"), "typo");

    const auto source = get_json(status_path(id, "/source"), ada);
    EXPECT_SCHEMA("StatusSource", source);
    EXPECT_EQ(source.at("text"), "first");

    const auto deleted = send("DELETE", status_path(id), &ada);
    ASSERT_EQ(deleted.status, 200) << deleted.body;
    EXPECT_EQ(json(deleted).at("text"), "first");
    EXPECT_EQ(get(status_path(id), ada).status, 404);
}

TEST_F(StatusesTest, EachActionAnswersTheNewStateAtOnce) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto id = to_string(post_by(ada).id);
    const struct {
        const char* action;
        const char* flag;
        bool value;
    } cases[] = {
        {"/favourite", "favourited", true},
        {"/favourite", "favourited", true},
        {"/unfavourite", "favourited", false},
        {"/bookmark", "bookmarked", true},
        {"/unbookmark", "bookmarked", false},
        {"/mute", "muted", true},
        {"/unmute", "muted", false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.action);
        const auto status = post_json(status_path(id, c.action), eve);
        EXPECT_SCHEMA("Status", status);
        EXPECT_EQ(status.at(c.flag), c.value);
        EXPECT_EQ(status.at("id"), id);
    }
    const auto pinned = post_json(status_path(id, "/pin"), ada);
    EXPECT_EQ(pinned.at("pinned"), true);
    EXPECT_EQ(post_json(status_path(id, "/unpin"), ada).at("pinned"), false);
    EXPECT_EQ(post(status_path(id, "/pin"), eve).status, 422);
}

TEST_F(StatusesTest, ABoostWrapsAndAnUnboostSaysSo) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto id = to_string(post_by(ada).id);
    const auto boost = post_json(status_path(id, "/reblog"), eve);
    EXPECT_SCHEMA("Status", boost);
    EXPECT_NE(boost.at("id"), id);
    EXPECT_EQ(boost.at("account").at("id"), to_string(eve.id));
    EXPECT_EQ(boost.at("reblog").at("id"), id);
    EXPECT_EQ(boost.at("reblog").at("reblogged"), true);
    EXPECT_EQ(boost.at("reblog").at("reblogs_count"), 1);
    EXPECT_EQ(boost.at("reblogged"), true);
    EXPECT_EQ(post_json(status_path(id, "/reblog"), eve).at("id"), boost.at("id"));
    EXPECT_EQ(get_json(status_path(id, "/reblogged_by"), ada).at(0).at("id"), to_string(eve.id));

    const auto back = post_json(status_path(id, "/unreblog"), eve);
    EXPECT_EQ(back.at("id"), id);
    EXPECT_EQ(back.at("reblogged"), false);
    EXPECT_EQ(back.at("reblogs_count"), 0);
}

TEST_F(StatusesTest, TheContextShowsWhatTheReaderMaySee) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto rex = stranger();
    const auto root = post_by(ada);
    const auto reply = [&](const db::Account& by, const db::Status& to, db::Visibility visibility) {
        return post_by(by,
                       visibility,
                       {.in_reply_to = to.id,
                        .in_reply_to_uri = to.uri,
                        .in_reply_to_account = to.author,
                        .thread = root.id.value});
    };
    const auto first = reply(rex, root, db::Visibility::Public);
    const auto hidden = reply(rex, root, db::Visibility::Direct);
    const auto below_hidden = reply(ada, hidden, db::Visibility::Public);
    const auto second = reply(ada, first, db::Visibility::Public);

    const auto context = get_json(status_path(to_string(first.id), "/context"), eve);
    EXPECT_SCHEMA("Context", context);
    EXPECT_EQ(ids(context.at("ancestors")), std::vector{to_string(root.id)});
    EXPECT_EQ(ids(context.at("descendants")), std::vector{to_string(second.id)});

    const auto whole = get_json(status_path(to_string(root.id), "/context"), eve);
    EXPECT_EQ(ids(whole.at("descendants")),
              (std::vector{to_string(first.id), to_string(second.id)}));
    EXPECT_FALSE(contains(whole.at("descendants"), to_string(below_hidden.id)));
}

TEST_F(StatusesTest, FollowersReadPrivatePostsAndNobodyElse) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto sam = member("sam");
    const auto id = to_string(post_by(ada, db::Visibility::Private).id);
    follow(eve, ada);
    EXPECT_EQ(get(status_path(id), eve).status, 200);
    EXPECT_EQ(get(status_path(id), sam).status, 404);
    const auto listed = get_json("/api/v1/statuses?id[]=" + id + "&id[]=nonsense", eve);
    EXPECT_EQ(ids(listed), std::vector{id});
}

TEST_F(StatusesTest, ARenderedTextIsNotKeptLongerThanItsRow) {
    const auto ada = member();
    const auto status = post_by(ada);
    const auto id = to_string(status.id);
    EXPECT_EQ(get_json(status_path(id), ada).at("favourites_count"), 0);
    {
        db::Tx tx(pool);
        db::statuses::add_favourites_count(tx, status.id, 2);
        auto profile = *db::accounts::find(tx, ada.id);
        profile.display_name = "Ada L.";
        db::accounts::update_profile(tx, profile);
        tx.commit();
    }
    const auto shown = get_json(status_path(id), ada);
    EXPECT_EQ(shown.at("favourites_count"), 2);
    EXPECT_EQ(shown.at("account").at("display_name"), "Ada L.");
}

TEST_F(StatusesTest, VotesOnceInAPoll) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto status = post_json(
        "/api/v1/statuses",
        ada,
        {{"status", "Which?"}, {"poll", {{"options", {"a", "b"}}, {"expires_in", 3600}}}});
    const auto poll = "/api/v1/polls/" + status.at("poll").at("id").get<std::string>();
    EXPECT_EQ(post(poll + "/votes", eve, {{"choices", {7}}}).status, 422);
    const auto voted = post_json(poll + "/votes", eve, {{"choices", {"1"}}});
    EXPECT_SCHEMA("Poll", voted);
    EXPECT_EQ(voted.at("voted"), true);
    EXPECT_EQ(voted.at("own_votes"), Json::array({1}));
    EXPECT_EQ(voted.at("options").at(1).at("votes_count"), 1);
    EXPECT_EQ(post(poll + "/votes", eve, {{"choices", {0}}}).status, 422);
    EXPECT_EQ(get_json(poll, ada).at("votes_count"), 1);

    const auto direct = post_json("/api/v1/statuses",
                                  ada,
                                  {{"status", "Which?"},
                                   {"visibility", "direct"},
                                   {"poll", {{"options", {"a", "b"}}, {"expires_in", 3600}}}});
    const auto hidden = "/api/v1/polls/" + direct.at("poll").at("id").get<std::string>();
    EXPECT_EQ(get(hidden, eve).status, 404);
    EXPECT_EQ(post(hidden + "/votes", eve, {{"choices", {0}}}).status, 404);
}

TEST_F(StatusesTest, AThreadFromElsewhereSaysWhetherMoreOfItIsComing) {
    const auto ada = member();
    const auto rex = stranger();
    now -= std::chrono::minutes{10};
    const auto theirs = post_by(rex);
    const auto hidden = post_by(rex, db::Visibility::Direct);
    now += std::chrono::minutes{10};
    const auto id = to_string(theirs.id);
    const auto opened = get(status_path(id, "/context"), ada);
    const auto header = opened.headers.get("Mastodon-Async-Refresh");
    EXPECT_EQ(header, "id=\"thread-" + id + "\", retry=3");
    const auto refresh = "/api/v1_alpha/async_refreshes/thread-" + id;
    const auto running = get_json(refresh, ada);
    EXPECT_SCHEMA("AsyncRefreshResponse", running);
    EXPECT_EQ(running.at("async_refresh").at("status"), "running");
    {
        db::Tx tx(pool);
        db::jobs::lock_claims(tx);
        const auto claimed =
            db::jobs::claim(tx, {"backfill_thread"}, 1'000, std::chrono::seconds{60});
        db::jobs::finish(tx, claimed);
        tx.commit();
    }
    EXPECT_EQ(get_json(refresh, ada).at("async_refresh").at("status"), "finished");
    EXPECT_TRUE(
        get(status_path(id, "/context"), ada).headers.get("Mastodon-Async-Refresh").empty());

    const auto own = post_json("/api/v1/statuses", ada, {{"status", "x"}}).at("id");
    for (const auto& unknown : {std::string("thread-") + to_string(hidden.id),
                                "thread-" + own.get<std::string>(),
                                std::string("thread-x"),
                                std::string("12")}) {
        EXPECT_EQ(get("/api/v1_alpha/async_refreshes/" + unknown, ada).status, 404) << unknown;
    }
}

TEST_F(StatusesTest, TranslationIsRefusedAndHiddenPostsStayHidden) {
    const auto ada = member("ada");
    const auto eve = member("eve");
    const auto open = post_json("/api/v1/statuses", ada, {{"status", "x"}}).at("id");
    const auto hidden =
        post_json("/api/v1/statuses", ada, {{"status", "x"}, {"visibility", "direct"}}).at("id");
    EXPECT_EQ(post(status_path(open, "/translate"), eve, {{"lang", "de"}}).status, 403);
    EXPECT_EQ(post(status_path(hidden, "/translate"), eve, {{"lang", "de"}}).status, 404);
}

} // namespace
