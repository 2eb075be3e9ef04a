#include "base/uri.h"
#include "db/approvals.h"
#include "db/audit_log.h"
#include "db/follows.h"
#include "db/reports.h"
#include "outbox/approvals.h"
#include "tests/api/client_support.h"

namespace {

class AdminTest : public ClientTest {
  protected:
    AdminTest() { scopes = {"read", "write", "follow", "admin:read", "admin:write"}; }

    db::Account staff(db::Role role, const std::string& prefix = "staff") {
        const auto account = member(prefix);
        db::Tx tx(pool);
        db::users::set_role(tx, account.id, role);
        tx.commit();
        return account;
    }
    static std::string admin_path(const db::Account& account, const std::string& after = "") {
        return "/api/v1/admin/accounts/" + to_string(account.id) + after;
    }
    int act(const db::Account& by,
            const db::Account& target,
            const std::string& type,
            const std::string& text = "") {
        return post(admin_path(target, "/action"), by, {{"type", type}, {"text", text}}).status;
    }
    std::vector<db::AuditEntry> log_of(const std::string& subject) {
        db::Tx tx(pool);
        return db::audit_log::list_by_subject(tx, subject);
    }
    void follow(const db::Account& follower, const db::Account& followed) {
        db::Tx tx(pool);
        db::follows::insert(tx,
                            {.follower = follower.id, .followed = followed.id, .accepted = true});
        tx.commit();
    }
    http::Response remove(const std::string& target, const db::Account& caller) {
        return send("DELETE", target, &caller);
    }
    http::Response put(const std::string& target, const db::Account& caller, const Json& body) {
        return send("PUT", target, &caller, body.dump(), {{"Content-Type", "application/json"}});
    }

    db::Account owner = staff(db::Role::Owner, "owner");
    db::Account moderator = staff(db::Role::Moderator, "mod");
    db::Account ada = member("ada");
};

// One row for each kind of endpoint: who may, and which scope it takes.
TEST_F(AdminTest, P12EveryActNeedsTheRoleAndTheScope) {
    const struct {
        const char* method;
        const char* path;
        const char* scope;
        bool moderators;
    } cases[] = {
        {"GET", "/api/v1/admin/accounts", "admin:read:accounts", true},
        {"GET", "/api/v2/admin/accounts", "admin:read:accounts", true},
        {"GET", "/api/v1/admin/reports", "admin:read:reports", true},
        {"GET", "/api/v1/admin/domain_allows", "admin:read:domain_allows", false},
        {"GET", "/api/v1/admin/domain_blocks", "admin:read:domain_blocks", false},
        {"GET", "/api/v1/admin/email_domain_blocks", "admin:read:email_domain_blocks", false},
        {"GET", "/api/v1/admin/ip_blocks", "admin:read:ip_blocks", false},
        {"GET", "/api/v1/admin/canonical_email_blocks", "admin:read:canonical_email_blocks", false},
        {"POST",
         "/api/v1/admin/measures?start_at=2026-03-01&end_at=2026-03-02",
         "admin:read",
         true},
        {"POST",
         "/api/v1/admin/domain_allows?domain=p12.example",
         "admin:write:domain_allows",
         false},
        {"POST", "/api/v1/admin/ip_blocks", "admin:write:ip_blocks", false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.method) + " " + c.path);
        const auto status_of = [&](const db::Account& caller) {
            return send(c.method, c.path, &caller).status;
        };
        scopes = {c.scope};
        EXPECT_NE(status_of(owner), 403);
        EXPECT_EQ(status_of(moderator) == 403, !c.moderators);
        EXPECT_EQ(status_of(ada), 403);
        // The same act with a token for something else.
        scopes = {"read", "write", "admin:read:nothing", "admin:write:nothing"};
        EXPECT_EQ(status_of(owner), 403);
    }
    // A role that ended takes its tokens' power along.
    scopes = {"admin:read"};
    EXPECT_EQ(get("/api/v1/admin/accounts", moderator).status, 200);
    db::Tx tx(pool);
    db::users::set_role(tx, moderator.id, db::Role::Member);
    tx.commit();
    EXPECT_EQ(get("/api/v1/admin/accounts", moderator).status, 403);
}

TEST_F(AdminTest, NobodyActsOnEqualsSuperiorsOrThemselves) {
    const auto peer_moderator = staff(db::Role::Moderator);
    const auto other_owner = staff(db::Role::Owner);
    const struct {
        const char* name;
        const db::Account* actor;
        const db::Account* target;
        int status;
    } cases[] = {
        {"moderator on member", &moderator, &ada, 200},
        {"owner on moderator", &owner, &peer_moderator, 200},
        {"moderator on moderator", &moderator, &peer_moderator, 403},
        {"moderator on owner", &moderator, &owner, 403},
        {"owner on owner", &owner, &other_owner, 403},
        {"moderator on themselves", &moderator, &moderator, 403},
        {"owner on themselves", &owner, &owner, 403},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        for (const auto* type : {"silence", "sensitive", "disable", "suspend"})
            EXPECT_EQ(act(*c.actor, *c.target, type), c.status) << type;
        EXPECT_EQ(post(admin_path(*c.target, "/unsuspend"), *c.actor).status, c.status);
    }
}

TEST_F(AdminTest, ASilencedMemberIsShownToFollowersOnly) {
    const auto fan = member("fan");
    const auto stranger_here = member("eve");
    follow(fan, ada);
    const auto said = post_by(ada);
    const auto id = to_string(said.id);
    const auto sees = [&](const db::Account& reader) {
        return contains(get_json("/api/v1/timelines/public?local=true&limit=40", reader), id);
    };
    EXPECT_TRUE(sees(fan));
    EXPECT_TRUE(sees(stranger_here));

    EXPECT_EQ(act(moderator, ada, "silence", "shouts"), 200);
    EXPECT_TRUE(get_json(admin_path(ada), moderator).at("silenced"));
    EXPECT_TRUE(sees(fan));
    EXPECT_FALSE(sees(stranger_here));
    const auto log = log_of(ada.uri);
    ASSERT_FALSE(log.empty());
    EXPECT_EQ(log[0].act, "account.silence");
    EXPECT_EQ(log[0].actor, moderator.uri);
    EXPECT_EQ(log[0].reason, "shouts");

    // The member reads it in the app: Mastodon's moderation_warning.
    const auto told = get_json("/api/v1/notifications?types[]=moderation_warning", ada);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.at(0).at("moderation_warning").at("action"), "silence");
    EXPECT_EQ(told.at(0).at("moderation_warning").at("text"), "shouts");
    EXPECT_EQ(told.at(0).at("moderation_warning").at("appeal"), nullptr);
    EXPECT_EQ(told.at(0).at("account").at("id"), to_string(ada.id));
    const auto grouped =
        get_json("/api/v2/notifications?types[]=moderation_warning", ada).at("notification_groups");
    ASSERT_EQ(grouped.size(), 1U);
    EXPECT_EQ(grouped.at(0).at("moderation_warning").at("target_account").at("username"),
              ada.username);
    EXPECT_TRUE(get_json("/api/v1/notifications?types[]=moderation_warning", moderator).empty());

    EXPECT_FALSE(post_json(admin_path(ada, "/unsilence"), moderator).at("silenced"));
    EXPECT_TRUE(sees(stranger_here));
}

TEST_F(AdminTest, H13AModeratorsSensitiveMarkOutlivesEdits) {
    const auto marked_by_author = post_by(ada, db::Visibility::Public, {.sensitive = true});
    const auto plain = post_by(ada);
    const auto is_sensitive = [&](StatusId id) {
        db::Tx tx(pool);
        return db::statuses::find(tx, id)->sensitive;
    };
    EXPECT_FALSE(is_sensitive(plain.id));
    EXPECT_EQ(act(moderator, ada, "sensitive"), 200);
    EXPECT_TRUE(is_sensitive(plain.id));
    EXPECT_TRUE(is_sensitive(post_by(ada).id)) << "a new post";
    scopes.emplace_back("write");
    const auto edited = put("/api/v1/statuses/" + to_string(plain.id),
                            ada,
                            {{"status", "Hello again"}, {"sensitive", false}});
    EXPECT_EQ(edited.status, 200) << edited.body;
    EXPECT_TRUE(is_sensitive(plain.id)) << "after an edit";

    EXPECT_FALSE(post_json(admin_path(ada, "/unsensitive"), moderator).at("sensitized"));
    EXPECT_FALSE(is_sensitive(plain.id));
    EXPECT_TRUE(is_sensitive(marked_by_author.id)) << "the author's own mark stays";
}

TEST_F(AdminTest, ASuspendedMemberIsGoneUntilTheyAreLetInAgainAndOnlyThenDeleted) {
    const auto reader = member("rea");
    const auto said = post_by(ada);
    EXPECT_EQ(get(status_path(to_string(said.id)), reader).status, 200);
    EXPECT_EQ(remove(admin_path(ada), owner).status, 403) << "not suspended yet";

    EXPECT_EQ(act(moderator, ada, "suspend"), 200);
    EXPECT_EQ(get(status_path(to_string(said.id)), reader).status, 404);
    EXPECT_TRUE(get_json(admin_path(ada), moderator).at("suspended"));
    EXPECT_FALSE(post_json(admin_path(ada, "/unsuspend"), moderator).at("suspended"));
    EXPECT_EQ(get(status_path(to_string(said.id)), reader).status, 200);

    EXPECT_EQ(act(moderator, ada, "suspend"), 200);
    EXPECT_EQ(remove(admin_path(ada), moderator).status, 403) << "only owners delete";
    EXPECT_EQ(remove(admin_path(ada), owner).status, 200);
    EXPECT_EQ(get(admin_path(ada), owner).status, 200) << "asked for; a second owner decides";
    const auto second = staff(db::Role::Owner);
    {
        db::Tx tx(pool);
        const auto asked = db::approvals::find_open(tx, "account.delete", ada.uri, Time{});
        ASSERT_TRUE(asked);
        const outbox::Acting acting{
            .instance = instance, .peers = peers, .account = second.id, .now = system_now()};
        ASSERT_TRUE(outbox::approve_act(tx, acting, asked->id));
        tx.commit();
    }
    EXPECT_EQ(get(admin_path(ada), owner).status, 404);
}

TEST_F(AdminTest, ASuspendedStrangerLosesTheFollowsButNotTheRow) {
    const auto rex = stranger();
    follow(rex, ada);
    follow(ada, rex);
    EXPECT_EQ(act(moderator, rex, "suspend"), 200);
    db::Tx tx(pool);
    EXPECT_FALSE(db::follows::is_following(tx, rex.id, ada.id));
    EXPECT_FALSE(db::follows::is_following(tx, ada.id, rex.id));
    EXPECT_TRUE(db::accounts::find(tx, rex.id)->suspended_at);
}

TEST_F(AdminTest, FiltersFindAccountsByWhatIsTrueOfThem) {
    EXPECT_EQ(act(moderator, ada, "disable"), 200);
    const auto rex = stranger();
    const struct {
        const char* name;
        std::string query;
        const db::Account* in;
        const db::Account* out;
    } cases[] = {
        {"local", "/api/v2/admin/accounts?origin=local&username=", &owner, &rex},
        {"remote", "/api/v2/admin/accounts?origin=remote&username=", &rex, &owner},
        {"disabled", "/api/v2/admin/accounts?status=disabled&username=", &ada, &owner},
        {"staff", "/api/v2/admin/accounts?permissions=staff&username=", &owner, &ada},
        {"v1 remote", "/api/v1/admin/accounts?remote=true&username=", &rex, &owner},
        {"v1 staff", "/api/v1/admin/accounts?staff=true&username=", &moderator, &ada},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_TRUE(contains(get_json(c.query + c.in->username, owner), to_string(c.in->id)));
        EXPECT_FALSE(contains(get_json(c.query + c.out->username, owner), to_string(c.out->id)));
    }
    EXPECT_EQ(get_json("/api/v1/admin/accounts?ip=192.0.2.1", owner), Json::array());
}

TEST_F(AdminTest, AReportGoesThroughItsLife) {
    const auto said = post_by(ada);
    const auto made = post_json("/api/v1/reports",
                                member("rep"),
                                {{"account_id", to_string(ada.id)},
                                 {"status_ids", {to_string(said.id)}},
                                 {"comment", "rude"}});
    const auto path = "/api/v1/admin/reports/" + made.at("id").get<std::string>();
    auto report = get_json(path, moderator);
    EXPECT_EQ(report.at("comment"), "rude");
    EXPECT_EQ(report.at("statuses").size(), 1U);
    EXPECT_EQ(report.at("target_account").at("id"), to_string(ada.id));

    report = post_json(path + "/assign_to_self", moderator);
    EXPECT_EQ(report.at("assigned_account").at("id"), to_string(moderator.id));
    EXPECT_TRUE(post_json(path + "/unassign", moderator).at("assigned_account").is_null());
    EXPECT_EQ(put(path, moderator, {{"category", "nonsense"}}).status, 422);
    EXPECT_EQ(json(put(path, moderator, {{"category", "spam"}})).at("category"), "spam");
    report = post_json(path + "/resolve", moderator);
    EXPECT_TRUE(report.at("action_taken"));
    EXPECT_EQ(report.at("action_taken_by_account").at("id"), to_string(moderator.id));
    EXPECT_FALSE(post_json(path + "/reopen", moderator).at("action_taken"));

    // An act on the account that names the report resolves it.
    EXPECT_EQ(post(admin_path(ada, "/action"),
                   moderator,
                   {{"type", "none"}, {"report_id", made.at("id")}})
                  .status,
              200);
    EXPECT_TRUE(get_json(path, moderator).at("action_taken"));
    // Of somebody else's report nothing happens.
    EXPECT_EQ(post(admin_path(member("eve"), "/action"),
                   moderator,
                   {{"type", "none"}, {"report_id", made.at("id")}})
                  .status,
              404);
}

TEST_F(AdminTest, ADomainBlockTakesEffectOnTheListAndOnAccounts) {
    const std::string host = unique("h") + ".example";
    const auto allow = post_json("/api/v1/admin/domain_allows", owner, {{"domain", host}});
    peers.reload();
    EXPECT_TRUE(peers.may_contact(host));
    const auto known = stranger("kim", host);

    const auto block = post_json(
        "/api/v1/admin/domain_blocks", owner, {{"domain", host}, {"severity", "silence"}});
    const auto path = "/api/v1/admin/domain_blocks/" + block.at("id").get<std::string>();
    const auto is_limited = [&](const db::Account& account) {
        db::Tx tx(pool);
        return db::accounts::find(tx, account.id)->limited_at.has_value();
    };
    EXPECT_TRUE(is_limited(known));
    EXPECT_TRUE(is_limited(stranger("new", host))) << "who arrives later";
    EXPECT_EQ(post("/api/v1/admin/domain_blocks", owner, {{"domain", host}}).status, 422);

    follow(ada, known);
    EXPECT_EQ(json(put(path, owner, {{"severity", "suspend"}})).at("severity"), "suspend");
    peers.reload();
    EXPECT_EQ(peers.level_of(host), moderation::Level::Blocked);
    {
        db::Tx tx(pool);
        EXPECT_FALSE(db::follows::is_following(tx, ada.id, known.id));
    }
    EXPECT_EQ(get("/api/v1/admin/domain_allows/" + allow.at("id").get<std::string>(), owner).status,
              404);

    EXPECT_EQ(remove(path, owner).status, 200);
    peers.reload();
    EXPECT_EQ(peers.level_of(host), moderation::Level::Blocked) << "a second person is asked";
    EXPECT_FALSE(is_limited(known));
    const auto log = log_of(host);
    ASSERT_EQ(log.size(), 4U);
    EXPECT_EQ(log[0].act, "approval.ask");
    EXPECT_EQ(log[3].act, "peer.add");

    for (const auto* wrong : {"", "not a host", "maple.test"})
        EXPECT_EQ(post("/api/v1/admin/domain_blocks", owner, {{"domain", wrong}}).status, 422);
}

TEST_F(AdminTest, AnIndividualLimitOutlivesTheHostsLimit) {
    const std::string host = unique("h") + ".example";
    const auto kim = stranger("kim", host);
    EXPECT_EQ(act(moderator, kim, "silence"), 200);
    const auto block = post_json(
        "/api/v1/admin/domain_blocks", owner, {{"domain", host}, {"severity", "silence"}});
    EXPECT_EQ(
        remove("/api/v1/admin/domain_blocks/" + block.at("id").get<std::string>(), owner).status,
        200);
    db::Tx tx(pool);
    EXPECT_TRUE(db::accounts::find(tx, kim.id)->limited_at);
}

TEST_F(AdminTest, AddressesAndMailHostsAreBlockedOnceAndListed) {
    const std::string domain = unique("m") + ".example";
    const struct {
        const char* list;
        Json body;
        bool refuses_twice;
    } cases[] = {
        {"/api/v1/admin/ip_blocks",
         {{"ip", "203.0.113.77/32"}, {"severity", "sign_up_block"}, {"expires_in", 600}},
         true},
        {"/api/v1/admin/email_domain_blocks", {{"domain", domain}}, true},
        {"/api/v1/admin/canonical_email_blocks", {{"email", "a.b+c@" + domain}}, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.list);
        const auto made = post_json(c.list, owner, c.body);
        const auto id = made.at("id").get<std::string>();
        const auto one = std::string(c.list) + "/" + id;
        EXPECT_TRUE(contains(get_json(c.list, owner), id));
        EXPECT_EQ(get_json(one, owner), made);
        const auto again = post(c.list, owner, c.body);
        EXPECT_EQ(again.status, c.refuses_twice ? 422 : 200);
        EXPECT_EQ(remove(one, owner).status, 200);
        EXPECT_EQ(get(one, owner).status, 404);
        EXPECT_EQ(remove(one, owner).status, 404);
    }
    const Json wrong[] = {{{"ip", "nonsense"}, {"severity", "no_access"}},
                          {{"ip", "203.0.113.9"}, {"severity", "nonsense"}},
                          {{"ip", "203.0.113.9"}, {"severity", "no_access"}, {"expires_in", -1}}};
    for (const auto& body : wrong)
        EXPECT_EQ(post("/api/v1/admin/ip_blocks", owner, body).status, 422) << body.dump();
}

TEST_F(AdminTest, ACanonicalAddressIsOneWhateverDotsAndTagsItHas) {
    const std::string host = unique("m") + ".example";
    post_json("/api/v1/admin/canonical_email_blocks", owner, {{"email", "a.b+c@" + host}});
    for (const auto* spelling : {"ab@", "A.B@", "ab+x.y@"}) {
        EXPECT_EQ(post_json("/api/v1/admin/canonical_email_blocks/test",
                            owner,
                            {{"email", spelling + host}})
                      .size(),
                  1U)
            << spelling;
    }
    EXPECT_EQ(
        post_json("/api/v1/admin/canonical_email_blocks/test", owner, {{"email", "abc@" + host}}),
        Json::array());
}

TEST_F(AdminTest, MeasuresCountTheRowsOfTheirDays) {
    // A week of its own, so that other tests' rows do not count.
    const Time day = *parse_iso8601("2025-05-05");
    {
        db::Tx tx(pool);
        db::users::set_active(tx, ada.id, day);
        db::users::set_active(tx, ada.id, day + std::chrono::hours{30});
        db::users::set_active(tx, owner.id, day);
        db::reports::insert(tx, {.target = ada.id, .reporter = owner.id, .created_at = day});
        tx.commit();
    }
    const Json span{{"start_at", "2025-05-05"}, {"end_at", "2025-05-06"}};
    auto body = span;
    body["keys"] = {"active_users", "opened_reports", "resolved_reports", "no_such_key"};
    const auto measures = post_json("/api/v1/admin/measures", moderator, body);
    ASSERT_EQ(measures.size(), 3U);
    EXPECT_EQ(measures[0].at("total"), "2") << "people, not days";
    EXPECT_EQ(measures[0].at("previous_total"), "0");
    ASSERT_EQ(measures[0].at("data").size(), 2U);
    EXPECT_EQ(measures[0].at("data")[0].at("value"), "2");
    EXPECT_EQ(measures[0].at("data")[1].at("value"), "1");
    EXPECT_EQ(measures[1].at("total"), "1");
    EXPECT_EQ(measures[2].at("total"), "0");

    body["keys"] = {"servers", "languages", "sources", "space_usage", "software_versions"};
    EXPECT_EQ(post_json("/api/v1/admin/dimensions", moderator, body).size(), 5U);
    body["frequency"] = "day";
    EXPECT_EQ(post_json("/api/v1/admin/retention", moderator, body).size(), 2U);
    body["frequency"] = "century";
    EXPECT_EQ(post("/api/v1/admin/retention", moderator, body).status, 422);
    body["end_at"] = "1999-01-01";
    EXPECT_EQ(post("/api/v1/admin/measures", moderator, body).status, 422);
}

TEST_F(AdminTest, EveryMeasureAndDimensionIsASentenceThatPostgresUnderstands) {
    const Json body{
        {"start_at", "2026-03-01"},
        {"end_at", "2026-03-07"},
        {"tag_uses", {{"id", "1"}}},
        {"tag_accounts", {{"id", "1"}}},
        {"tag_servers", {{"id", "1"}}},
        {"tag_languages", {{"id", "1"}}},
        {"instance_accounts", {{"domain", "cedar.test"}}},
        {"instance_statuses", {{"domain", "cedar.test"}}},
    };
    auto measures = body;
    measures["keys"] = {"active_users",
                        "new_users",
                        "interactions",
                        "opened_reports",
                        "resolved_reports",
                        "tag_accounts",
                        "tag_uses",
                        "tag_servers",
                        "instance_accounts",
                        "instance_statuses",
                        "instance_reports",
                        "instance_follows",
                        "instance_followers"};
    EXPECT_EQ(post_json("/api/v1/admin/measures", moderator, measures).size(), 13U);
    auto dimensions = body;
    dimensions["keys"] = {
        "tag_servers", "tag_languages", "instance_accounts", "instance_languages"};
    EXPECT_EQ(post_json("/api/v1/admin/dimensions", moderator, dimensions).size(), 4U);
}

TEST_F(AdminTest, P07AReportShowsOnlyWhatItsAuthorCouldRead) {
    const auto reporter = member("rep");
    const auto open = post_by(ada);
    const auto followers_only = post_by(ada, db::Visibility::Private);
    const auto to_others = post_by(ada, db::Visibility::Direct);
    const auto made = post_json("/api/v1/reports",
                                reporter,
                                {{"account_id", to_string(ada.id)},
                                 {"status_ids",
                                  {to_string(open.id),
                                   to_string(followers_only.id),
                                   to_string(to_others.id),
                                   to_string(post_by(owner).id)}}});
    const auto report =
        get_json("/api/v1/admin/reports/" + made.at("id").get<std::string>(), moderator);
    EXPECT_EQ(ids(report.at("statuses")), std::vector{to_string(open.id)});
    EXPECT_EQ(get("/api/v1/admin/reports", reporter).status, 403);
}

TEST_F(AdminTest, P14WhoIsSuspendedDoesNotComeBackThroughOthers) {
    const auto rex = stranger();
    const auto friendly = stranger("kim");
    follow(ada, rex);
    follow(ada, friendly);
    const auto said = post_by(rex);
    const auto boost = post_by(
        friendly, db::Visibility::Public, {.object_type = "Announce", .reblog_of = said.id});
    EXPECT_EQ(get(status_path(to_string(said.id)), ada).status, 200);
    EXPECT_EQ(get(status_path(to_string(boost.id)), ada).status, 200);
    EXPECT_EQ(act(moderator, rex, "suspend"), 200);
    EXPECT_EQ(get(status_path(to_string(said.id)), ada).status, 404);
    EXPECT_EQ(get(status_path(to_string(boost.id)), ada).status, 404);
    EXPECT_EQ(get_json(path("/api/v1/accounts/", rex, "/statuses"), ada), Json::array());
    EXPECT_NE(post(path("/api/v1/accounts/", rex, "/follow"), ada).status, 200);
}

TEST_F(AdminTest, O13FiltersAreTextAndNothingElse) {
    EXPECT_TRUE(contains(get_json("/api/v2/admin/accounts?username=" + ada.username, owner),
                         to_string(ada.id)));
    for (const auto* text : {"%", "_", "' OR ''='", "x'); DROP TABLE users; --", "\\"}) {
        for (const auto* name : {"username", "display_name", "by_domain", "email", "status"}) {
            const auto found = get_json(
                std::string("/api/v2/admin/accounts?") + name + "=" + percent_encode(text), owner);
            EXPECT_EQ(found, Json::array()) << name << " " << text;
        }
    }
}

} // namespace
