#include "db/audit_log.h"
#include "db/glass_requests.h"
#include "db/statuses.h"
#include "outbox/break_glass.h"
#include "tests/web/web_support.h"

namespace {

using namespace std::chrono_literals;

class BreakGlassWebTest : public WebTest {
  protected:
    std::string write(const Member& author, db::Visibility visibility) {
        db::Tx tx(pool);
        const auto id = db::statuses::new_id(tx, now - 1h);
        const auto text = "secret " + crypto::hex(crypto::random_bytes(6));
        EXPECT_TRUE(db::statuses::insert(
            tx,
            {.id = id,
             .uri = "https://maple.test/users/" + author.name + "/statuses/" + to_string(id),
             .author = author.id,
             .local = true,
             .thread = id.value,
             .content = "<p>" + text + "</p>",
             .visibility = visibility,
             .created_at = now - 1h}));
        tx.commit();
        return text;
    }
    Fields wish(const http::Response& page) {
        return {{"form_token", field(page, "form_token")},
                {"name", teacher.name},
                {"first", format_date(now - 24h)},
                {"last", format_date(now)},
                {"reason", "Subpoena <b>12</b>-345"}};
    }
    std::string asked(Browser& browser) {
        const auto made =
            browser.post("/admin/break-glass", wish(browser.get("/admin/break-glass")));
        EXPECT_EQ(made.status, 303) << made.body;
        return location(made);
    }
    http::Response approve(Browser& browser, const std::string& url, const std::string& typed) {
        return browser.post(
            url + "/approve",
            {{"form_token", field(browser.get(url), "form_token")}, {"password", typed}});
    }

    Member teacher = member();
    Member officer = member(db::Role::Owner);
    Member second = member(db::Role::Owner);
};

TEST_F(BreakGlassWebTest, OneAsksAnotherApprovesTheFirstReadsTheMemberSees) {
    const auto text = write(teacher, db::Visibility::Direct);
    const auto open_text = write(teacher, db::Visibility::Public);
    auto asking = signed_in(officer);
    auto deciding = signed_in(second);
    auto concerned = signed_in(teacher);
    const auto url = asked(asking);
    EXPECT_FALSE(has(asking.get(url), "<b>12"));
    EXPECT_EQ(asking.get(url + "/posts").status, 403) << "not approved";
    EXPECT_EQ(approve(asking, url, password).status, 403) << "nobody approves for themself";
    EXPECT_EQ(approve(deciding, url, "wrong").status, 403);
    EXPECT_EQ(asking.get(url + "/posts").status, 403);
    EXPECT_EQ(approve(deciding, url, password).status, 303);
    EXPECT_EQ(deciding.get(url + "/posts").status, 403) << "approving is not reading";
    EXPECT_TRUE(has(concerned.get("/settings/access"), "Nobody did."));

    const auto page = asking.get(url + "/posts");
    ASSERT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, text));
    EXPECT_FALSE(has(page, open_text));
    const auto csv = asking.get(url + "/posts.csv");
    EXPECT_TRUE(has(csv, text));
    EXPECT_EQ(csv.headers.get("Content-Type"), "text/csv; charset=utf-8");
    const auto json = asking.get(url + "/posts.json");
    EXPECT_EQ(Json::parse(json.body).at("posts").size(), 1U);

    const auto seen = concerned.get("/settings/access");
    EXPECT_TRUE(has(seen, officer.name));
    EXPECT_TRUE(has(seen, second.name));
    EXPECT_TRUE(has(seen, "1 posts looked at"));
    EXPECT_TRUE(has(seen, "1 posts downloaded"));
    {
        db::Tx tx(pool);
        EXPECT_EQ(db::audit_log::list_acts(tx,
                                           "https://maple.test/users/" + teacher.name,
                                           {"glass.view", "glass.download"})
                      .size(),
                  3U);
    }
    now += outbox::glass_opens;
    EXPECT_EQ(asking.get(url + "/posts").status, 403) << "over";
    EXPECT_EQ(asking.get(url + "/posts.csv").status, 403);
}

TEST_F(BreakGlassWebTest, ForOthersThereIsNoSuchPage) {
    auto asking = signed_in(officer);
    const auto url = asked(asking);
    auto moderator = signed_in(member(db::Role::Moderator));
    auto member_browser = signed_in(member());
    for (const auto& path : {std::string("/admin/break-glass"),
                             url,
                             url + "/posts",
                             url + "/posts.csv",
                             url + "/posts.json",
                             std::string("/admin/break-glass/1")}) {
        SCOPED_TRACE(path);
        EXPECT_EQ(moderator.get(path).status, 404);
        EXPECT_EQ(member_browser.get(path).status, 404);
        Browser stranger{*this};
        EXPECT_EQ(stranger.get(path).status, 303);
    }
    const auto own = moderator.get("/settings");
    EXPECT_EQ(moderator.post("/admin/break-glass", wish(own)).status, 404);
    EXPECT_EQ(moderator
                  .post(url + "/approve",
                        {{"form_token", field(own, "form_token")}, {"password", password}})
                  .status,
              404);
    EXPECT_EQ(asking.post(url + "/approve", {{"password", password}}).status, 403);
}

TEST_F(BreakGlassWebTest, AnOwnerSeesNoRequestAboutThemself) {
    {
        db::Tx tx(pool);
        db::users::set_role(tx, teacher.id, db::Role::Owner);
        tx.commit();
    }
    auto asking = signed_in(officer);
    const auto url = asked(asking);
    auto concerned = signed_in(teacher);
    EXPECT_EQ(concerned.get(url).status, 404);
    EXPECT_FALSE(has(concerned.get("/admin/break-glass"), url));
}

TEST_F(BreakGlassWebTest, ARefusalIsShownWithItsReason) {
    auto asking = signed_in(officer);
    auto deciding = signed_in(second);
    const auto url = asked(asking);
    const auto token = field(deciding.get(url), "form_token");
    EXPECT_EQ(deciding.post(url + "/refuse", {{"form_token", token}, {"reason", ""}}).status, 422);
    EXPECT_EQ(deciding
                  .post(url + "/refuse",
                        {{"form_token", token}, {"reason", "Ask the court for more detail."}})
                  .status,
              303);
    EXPECT_TRUE(has(asking.get(url), "Ask the court for more detail."));
    EXPECT_EQ(asking.get(url + "/posts").status, 403);
}

TEST_F(BreakGlassWebTest, AHoldIsAskedForAndApprovedOnThePage) {
    auto asking = signed_in(officer);
    auto deciding = signed_in(second);
    auto concerned = signed_in(teacher);
    auto fields = wish(asking.get("/admin/break-glass"));
    fields.emplace_back("hold_reason", "Order of the court not to tell");
    EXPECT_EQ(asking.post("/admin/break-glass", fields).status, 422) << "until when?";
    fields.emplace_back("hold_until", format_date(now + 10 * 24h));
    const auto url = location(asking.post("/admin/break-glass", fields));
    EXPECT_TRUE(has(deciding.get(url), "Order of the court not to tell"));
    EXPECT_EQ(approve(deciding, url, password).status, 303);
    EXPECT_EQ(asking.get(url + "/posts").status, 200);
    EXPECT_TRUE(has(concerned.get("/settings/access"), "Nobody did."));

    EXPECT_EQ(asking
                  .post(url + "/holds",
                        {{"form_token", field(asking.get(url), "form_token")},
                         {"hold_reason", "The order was renewed"},
                         {"hold_until", format_date(now + 80 * 24h)}})
                  .status,
              303);
    db::GlassHoldId hold;
    {
        db::Tx tx(pool);
        const auto id = parse_id(url.substr(url.rfind('/') + 1));
        hold = db::glass_requests::list_holds(tx, {*id}).back().id;
    }
    const auto renew = url + "/holds/" + to_string(hold) + "/approve";
    const auto typed = [&](Browser& browser, const char* word) {
        return browser
            .post(renew,
                  {{"form_token", field(browser.get(url), "form_token")}, {"password", word}})
            .status;
    };
    EXPECT_EQ(typed(asking, password), 403);
    EXPECT_EQ(typed(deciding, "wrong"), 403);
    EXPECT_EQ(typed(deciding, password), 303);
}

} // namespace
