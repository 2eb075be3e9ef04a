#include "db/follows.h"
#include "db/notifications.h"
#include "tests/api/client_support.h"

namespace {

class AccountsApiTest : public ClientTest {
  protected:
    Json relationship(const db::Account& me, const db::Account& other) {
        return get_json(path("/api/v1/accounts/relationships?id[]=", other), me).at(0);
    }
};

TEST_F(AccountsApiTest, AMemberSeesTheirOwnAccountWithItsSource) {
    const auto ada = member();
    const auto account = get_json("/api/v1/accounts/verify_credentials", ada);
    EXPECT_SCHEMA("CredentialAccount", account);
    EXPECT_EQ(account.at("source").at("privacy"), "public");
    EXPECT_SCHEMA("Preferences", get_json("/api/v1/preferences", ada));
    EXPECT_EQ(send("GET", "/api/v1/accounts/verify_credentials", nullptr).status, 401);
}

TEST_F(AccountsApiTest, ChangesTheProfileAndHowToPost) {
    const auto ada = member();
    const auto changed = send("PATCH",
                              "/api/v1/accounts/update_credentials",
                              &ada,
                              "display_name=Ada&note=Teaches+%3Cmaths%3E&locked=true&"
                              "fields_attributes%5B0%5D%5Bname%5D=Role&"
                              "fields_attributes%5B0%5D%5Bvalue%5D=Teacher&"
                              "source%5Bprivacy%5D=unlisted&source%5Blanguage%5D=de",
                              {{"Content-Type", "application/x-www-form-urlencoded"}});
    ASSERT_EQ(changed.status, 200) << changed.body;
    const auto account = json(changed);
    EXPECT_SCHEMA("CredentialAccount", account);
    EXPECT_EQ(account.at("display_name"), "Ada");
    EXPECT_EQ(account.at("locked"), true);
    EXPECT_EQ(account.at("fields").at(0).at("name"), "Role");
    EXPECT_EQ(account.at("source").at("note"), "Teaches <maths>");
    EXPECT_EQ(account.at("note").get<std::string>().find("<maths>"), std::string::npos);

    const auto posted = post_json("/api/v1/statuses", ada, {{"status", "x"}});
    EXPECT_EQ(posted.at("visibility"), "unlisted");
    EXPECT_EQ(posted.at("language"), "de");
    EXPECT_EQ(get_json("/api/v1/preferences", ada).at("posting:default:visibility"), "unlisted");

    const struct {
        const char* body;
    } refused[] = {{"source%5Bprivacy%5D=secret"}, {"source%5Blanguage%5D=%3C%3E"}};
    for (const auto& c : refused) {
        EXPECT_EQ(send("PATCH",
                       "/api/v1/accounts/update_credentials",
                       &ada,
                       c.body,
                       {{"Content-Type", "application/x-www-form-urlencoded"}})
                      .status,
                  422)
            << c.body;
    }
}

TEST_F(AccountsApiTest, ShowsAccountsByIdAndHandle) {
    const auto ada = member();
    const auto rex = stranger();
    auto gone = stranger("gone");
    {
        db::Tx tx(pool);
        db::accounts::set_deleted(tx, gone.id, now);
        tx.commit();
    }
    const auto server = insert({.uri = "https://maple.test/" + unique("actor"),
                                .username = unique("server"),
                                .actor_type = "Application",
                                .is_server_actor = true});
    EXPECT_SCHEMA("Account", get_json(path("/api/v1/accounts/", rex), ada));
    const struct {
        std::string target;
        int status;
    } cases[] = {
        {path("/api/v1/accounts/", ada), 200},
        {path("/api/v1/accounts/", gone), 404},
        {path("/api/v1/accounts/", server), 404},
        {"/api/v1/accounts/17", 404},
        {"/api/v1/accounts/abc", 404},
        {"/api/v1/accounts/lookup?acct=" + rex.acct(), 200},
        {"/api/v1/accounts/lookup?acct=@" + rex.acct(), 200},
        {"/api/v1/accounts/lookup?acct=" + ada.username, 200},
        {"/api/v1/accounts/lookup?acct=" + ada.username + "@maple.test", 200},
        {"/api/v1/accounts/lookup?acct=" + gone.acct(), 404},
        {"/api/v1/accounts/lookup?acct=nobody@cedar.test", 404},
        {"/api/v1/accounts/lookup", 404},
    };
    for (const auto& c : cases)
        EXPECT_EQ(get(c.target, ada).status, c.status) << c.target;
    EXPECT_EQ(network.requests, 0);
    const auto some = get_json("/api/v1/accounts?id[]=" + to_string(rex.id) +
                                   "&id[]=" + to_string(gone.id) + "&id[]=" + to_string(ada.id),
                               ada);
    EXPECT_EQ(ids(some), (std::vector{to_string(rex.id), to_string(ada.id)}));
}

TEST_F(AccountsApiTest, ASuspendedAccountShowsNoText) {
    const auto ada = member();
    const auto rex = stranger();
    {
        db::Tx tx(pool);
        auto loud = *db::accounts::find(tx, rex.id);
        loud.display_name = "BUY";
        loud.note = "<p>spam</p>";
        db::accounts::update_profile(tx, loud);
        db::accounts::set_suspended(tx, rex.id, now);
        tx.commit();
    }
    const auto account = get_json(path("/api/v1/accounts/", rex), ada);
    EXPECT_SCHEMA("Account", account);
    EXPECT_EQ(account.at("suspended"), true);
    EXPECT_EQ(account.at("display_name"), "");
    EXPECT_EQ(account.at("note"), "");
    EXPECT_EQ(get_json(path("/api/v1/accounts/", rex, "/statuses"), ada), Json::array());
    EXPECT_EQ(get_json(path("/api/v1/accounts/", rex, "/followers"), ada), Json::array());
}

TEST_F(AccountsApiTest, EachActionAnswersTheRelationshipAsItIsThen) {
    const auto ada = member();
    const auto eve = member("eve");
    const struct {
        const char* action;
        Json body;
        const char* member;
        Json value;
    } cases[] = {
        {"/follow", {{"reblogs", false}, {"notify", true}}, "following", true},
        {"/follow", {{"reblogs", true}}, "showing_reblogs", true},
        {"/follow", {{"languages", {"en", "de"}}}, "languages", {"en", "de"}},
        {"/unfollow", {}, "following", false},
        {"/mute", {{"notifications", "false"}, {"duration", 3600}}, "muting", true},
        {"/mute", {{"notifications", false}}, "muting_notifications", false},
        {"/unmute", {}, "muting", false},
        {"/note", {{"comment", "met at the fair"}}, "note", "met at the fair"},
        {"/note", {{"comment", ""}}, "note", ""},
        {"/block", {}, "blocking", true},
        {"/unblock", {}, "blocking", false},
        {"/remove_from_followers", {}, "followed_by", false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.action);
        const auto state = post_json(path("/api/v1/accounts/", eve, c.action),
                                     ada,
                                     c.body.is_null() ? Json::object() : c.body);
        EXPECT_SCHEMA("Relationship", state);
        EXPECT_EQ(state.at(c.member), c.value);
        EXPECT_EQ(state, relationship(ada, eve));
    }
    for (const auto* action : {"/follow", "/block", "/mute", "/note", "/unfollow"}) {
        EXPECT_EQ(post(std::string("/api/v1/accounts/98765") + action, ada).status, 404) << action;
    }
    EXPECT_GE(post(path("/api/v1/accounts/", ada, "/follow"), ada).status, 400);
    EXPECT_EQ(post(path("/api/v1/accounts/", eve, "/mute"), ada, {{"duration", -1}}).status, 422);
}

TEST_F(AccountsApiTest, ALockedMemberAnswersRequests) {
    const auto ada = member("ada", true);
    const auto eve = member("eve");
    const auto sam = member("sam");
    for (const auto* account : {&eve, &sam}) {
        const auto state = post_json(path("/api/v1/accounts/", ada, "/follow"), *account);
        EXPECT_EQ(state.at("requested"), true);
        EXPECT_EQ(state.at("following"), false);
    }
    EXPECT_EQ(ids(get_json("/api/v1/follow_requests", ada)),
              (std::vector{to_string(sam.id), to_string(eve.id)}));
    EXPECT_EQ(get_json("/api/v1/accounts/verify_credentials", ada)
                  .at("source")
                  .at("follow_requests_count"),
              2);
    const auto accepted = post_json(path("/api/v1/follow_requests/", eve, "/authorize"), ada);
    EXPECT_EQ(accepted.at("followed_by"), true);
    const auto rejected = post_json(path("/api/v1/follow_requests/", sam, "/reject"), ada);
    EXPECT_EQ(rejected.at("followed_by"), false);
    EXPECT_EQ(get_json("/api/v1/follow_requests", ada), Json::array());
    EXPECT_EQ(post(path("/api/v1/follow_requests/", sam, "/authorize"), ada).status, 404);
    EXPECT_EQ(ids(get_json(path("/api/v1/accounts/", ada, "/followers"), sam)),
              std::vector{to_string(eve.id)});
    EXPECT_EQ(ids(get_json(path("/api/v1/accounts/", eve, "/following"), sam)),
              std::vector{to_string(ada.id)});
}

TEST_F(AccountsApiTest, ListsBlocksAndMutesOfTheCallerAlone) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto rex = stranger();
    post_json(path("/api/v1/accounts/", rex, "/block"), ada);
    post_json(path("/api/v1/accounts/", rex, "/mute"), ada, {{"duration", 3600}});
    EXPECT_EQ(ids(get_json("/api/v1/blocks", ada)), std::vector{to_string(rex.id)});
    const auto mutes = get_json("/api/v1/mutes", ada);
    EXPECT_SCHEMA("MutedAccount", mutes.at(0));
    EXPECT_TRUE(mutes.at(0).at("mute_expires_at").is_string());
    EXPECT_EQ(get_json("/api/v1/blocks", eve), Json::array());
    EXPECT_EQ(get_json("/api/v1/mutes", eve), Json::array());
    // Somebody blocked can still be looked up.
    EXPECT_EQ(get("/api/v1/accounts/lookup?acct=" + rex.acct(), ada).status, 200);
}

TEST_F(AccountsApiTest, HiddenListsAreShownToTheirOwnerOnly) {
    const auto ada = member();
    const auto eve = member("eve");
    post_json(path("/api/v1/accounts/", eve, "/follow"), ada);
    {
        db::Tx tx(pool);
        auto profile = *db::accounts::find(tx, ada.id);
        profile.hide_collections = true;
        db::accounts::update_profile(tx, profile);
        tx.commit();
    }
    const auto target = path("/api/v1/accounts/", ada, "/following");
    EXPECT_EQ(get_json(target, ada).size(), 1u);
    EXPECT_EQ(get_json(target, eve), Json::array());
}

TEST_F(AccountsApiTest, SearchFindsByTheBeginningOfANameAndResolvesOnlyWhenAsked) {
    const auto ada = member();
    const auto rex = stranger();
    const auto search = [&](const std::string& query) {
        const auto found = get_json("/api/v2/search?q=" + query, ada);
        EXPECT_SCHEMA("Search", found);
        return found;
    };
    EXPECT_TRUE(contains(search(rex.username.substr(0, 9)).at("accounts"), to_string(rex.id)));
    EXPECT_EQ(ids(search(rex.acct()).at("accounts")), std::vector{to_string(rex.id)});
    EXPECT_EQ(ids(search("https://cedar.test/users/" + rex.username).at("accounts")),
              std::vector{to_string(rex.id)});
    EXPECT_EQ(search("%25").at("accounts"), Json::array());
    const auto mine = post_by(ada);
    EXPECT_EQ(ids(search(mine.uri).at("statuses")), std::vector{to_string(mine.id)});
    EXPECT_EQ(ids(search(mine.url).at("statuses")), std::vector{to_string(mine.id)});
    const auto eve = member("eve");
    const auto secret = post_by(eve, db::Visibility::Direct);
    EXPECT_EQ(search(secret.uri).at("statuses"), Json::array());

    search("nobody@birch.test");
    EXPECT_EQ(network.requests, 0);
    search("nobody@birch.test&resolve=true");
    EXPECT_GT(network.requests, 0);
    EXPECT_EQ(ids(get_json("/api/v1/accounts/search?q=" + rex.username, ada)),
              std::vector{to_string(rex.id)});
    EXPECT_EQ(send("GET", "/api/v2/search?q=a", nullptr).status, 401);
}

TEST_F(AccountsApiTest, SearchFetchesAPostByItsAddressWhenAsked) {
    const auto ada = member();
    const auto rex = stranger();
    const auto id = "https://cedar.test/notes/" + unique("n");
    const Json note{{"@context", "https://www.w3.org/ns/activitystreams"},
                    {"id", id},
                    {"type", "Note"},
                    {"attributedTo", rex.uri},
                    {"to", {"https://www.w3.org/ns/activitystreams#Public"}},
                    {"cc", {rex.followers_uri}},
                    {"published", format_iso8601(now)},
                    {"content", "<p>From afar<script>x</script></p>"}};
    network.answers[id] = http::activity_response(note.dump());
    EXPECT_EQ(get_json("/api/v2/search?q=" + id, ada).at("statuses"), Json::array());
    const auto found = get_json("/api/v2/search?resolve=true&q=" + id, ada).at("statuses");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_SCHEMA("Status", found.at(0));
    EXPECT_EQ(found.at(0).at("uri"), id);
    EXPECT_EQ(found.at(0).at("content"), "<p>From afar</p>");
    EXPECT_EQ(found.at(0).at("account").at("id"), to_string(rex.id));
}

TEST_F(AccountsApiTest, NotificationsAreListedCountedAndDismissed) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto sam = member("sam");
    const auto id = post_json("/api/v1/statuses", ada, {{"status", "x"}}).at("id");
    post_json(status_path(id, "/favourite"), eve);
    post_json(path("/api/v1/accounts/", ada, "/follow"), eve);
    post_json(status_path(id, "/reblog"), sam);

    const auto all = get_json("/api/v1/notifications", ada);
    ASSERT_EQ(all.size(), 3u);
    for (const auto& notification : all)
        EXPECT_SCHEMA("Notification", notification);
    const struct {
        const char* query;
        std::vector<std::string> types;
    } cases[] = {
        {"types[]=follow", {"follow"}},
        {"exclude_types[]=follow", {"reblog", "favourite"}},
        {"types[]=follow&types[]=reblog&limit=1", {"reblog"}},
    };
    for (const auto& c : cases) {
        std::vector<std::string> types;
        for (const auto& one : get_json(std::string("/api/v1/notifications?") + c.query, ada))
            types.push_back(one.at("type"));
        EXPECT_EQ(types, c.types) << c.query;
    }
    EXPECT_EQ(get_json("/api/v1/notifications/unread_count", ada).at("count"), 3);
    const auto first = all.at(0).at("id").get<std::string>();
    const auto marker = post_json(
        "/api/v1/markers", ada, {{"notifications", {{"last_read_id", all.at(1).at("id")}}}});
    EXPECT_SCHEMA("Marker", marker.at("notifications"));
    EXPECT_EQ(get_json("/api/v1/notifications/unread_count", ada).at("count"), 1);
    EXPECT_EQ(get_json("/api/v1/markers?timeline[]=notifications&timeline[]=home", ada).size(), 1u);

    EXPECT_EQ(get("/api/v1/notifications/" + first, eve).status, 404);
    EXPECT_EQ(post("/api/v1/notifications/" + first + "/dismiss", eve).status, 404);
    EXPECT_EQ(get_json("/api/v1/notifications/" + first, ada).at("id"), first);
    EXPECT_EQ(post_json("/api/v1/notifications/" + first + "/dismiss", ada), Json::object());
    EXPECT_EQ(get_json("/api/v1/notifications", ada).size(), 2u);
    EXPECT_EQ(post_json("/api/v1/notifications/clear", ada), Json::object());
    EXPECT_EQ(get_json("/api/v1/notifications", ada), Json::array());
}

} // namespace
