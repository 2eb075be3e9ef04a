#include "db/strikes.h"
#include "db/users.h"
#include "members/links.h"
#include "tests/web/web_support.h"

namespace {

class StrikePagesTest : public WebTest {
  protected:
    db::StrikeId strike(const Member& member, const Member& by) {
        db::Tx tx(pool);
        const auto id = db::strikes::insert(tx,
                                            {.account = member.id,
                                             .act = "silence",
                                             .reason = "<b>shouting</b>",
                                             .made_by = "https://maple.test/users/" + by.name,
                                             .created_at = now});
        tx.commit();
        return id;
    }
    Member moderator() {
        const auto one = member();
        db::Tx tx(pool);
        db::users::set_role(tx, one.id, db::Role::Moderator);
        tx.commit();
        return one;
    }
    db::Strike stored(db::StrikeId id) {
        db::Tx tx(pool);
        return *db::strikes::find(tx, id);
    }
};

TEST_F(StrikePagesTest, AMemberAppealsAndAnotherModeratorDecides) {
    const auto [ada, mod, judge] = std::tuple{member(), moderator(), moderator()};
    const auto id = strike(ada, mod);
    Browser browser{*this};
    browser.sign_in(ada.name, password);
    auto page = browser.get("/settings/strikes");
    ASSERT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, "You can appeal until"));
    EXPECT_FALSE(has(page, "<b>shouting"));
    const auto path = "/settings/strikes/" + to_string(id) + "/appeal";
    const auto token = field(page, "form_token");
    EXPECT_EQ(browser.post(path, {{"form_token", "other"}, {"text", "x"}}).status, 403);
    EXPECT_EQ(browser.post(path, {{"form_token", token}, {"text", " "}}).status, 422);
    EXPECT_EQ(browser.post(path, {{"form_token", token}, {"text", "It was a quote"}}).status, 303);
    EXPECT_EQ(browser.post(path, {{"form_token", token}, {"text", "twice"}}).status, 422);
    EXPECT_EQ(browser.get("/admin/appeals").status, 404) << "not for members";

    Browser striker{*this};
    striker.sign_in(mod.name, password);
    page = striker.get("/admin/appeals");
    EXPECT_TRUE(has(page, "Somebody else decides"));
    const auto decision = "/admin/appeals/" + to_string(id);
    EXPECT_EQ(striker
                  .post(decision,
                        {{"form_token", field(striker.get("/settings"), "form_token")},
                         {"decision", "uphold"},
                         {"answer", "no"}})
                  .status,
              422);

    Browser bench{*this};
    bench.sign_in(judge.name, password);
    page = bench.get("/admin/appeals");
    EXPECT_TRUE(has(page, "It was a quote"));
    EXPECT_EQ(bench
                  .post(decision,
                        {{"form_token", field(page, "form_token")},
                         {"decision", "overturn"},
                         {"answer", "You are right"}})
                  .status,
              303);
    EXPECT_EQ(stored(id).decision, "overturned");
    EXPECT_TRUE(has(browser.get("/settings/strikes"), "You are right"));
}

TEST_F(StrikePagesTest, TheLinkOfTheLetterOpensThisStrikeAlone) {
    const auto [ada, eve, mod] = std::tuple{member(), member(), moderator()};
    const auto [id, other] = std::pair{strike(ada, mod), strike(eve, mod)};
    const auto link = members::appeal_link("", deps.link_key, ada.id, to_string(id), now).substr(0);
    Browser browser{*this};
    const auto page = browser.get(link);
    ASSERT_EQ(page.status, 200);
    const auto query = link.substr(link.find('?'));
    EXPECT_EQ(browser.get("/appeal/" + to_string(other) + query).status, 404);
    EXPECT_EQ(browser.get("/appeal/" + to_string(id) + query + "x").status, 404);
    EXPECT_EQ(browser.get("/appeal/" + to_string(id)).status, 404);
    const Fields sent{{"form_token", field(page, "form_token")},
                      {"token", field(page, "token")},
                      {"text", "I cannot sign in"}};
    EXPECT_EQ(Browser{*this}.post("/appeal/" + to_string(id), sent).status, 403) << "no cookie";
    EXPECT_EQ(browser.post("/appeal/" + to_string(id), sent).status, 200);
    EXPECT_EQ(stored(id).appeal, "I cannot sign in");
    now += std::chrono::hours{20 * 24 + 1};
    EXPECT_EQ(browser.get(link).status, 404);
}

} // namespace
