#include "db/audit_log.h"
#include "db/partner_strikes.h"
#include "db/partners.h"
#include "tests/web/web_support.h"

namespace {

class PartnersWebTest : public WebTest {
  protected:
    // Handlers commit, so every organisation has a name of its own.
    const std::string name = "p" + crypto::hex(crypto::random_bytes(6));
    const std::string company = "Company " + crypto::hex(crypto::random_bytes(12));
    const std::string uri = "https://maple.test/users/" + name;

    Fields terms(const http::Response& page, const std::string& typed) {
        return {{"form_token", field(page, "form_token")},
                {"username", name},
                {"name", company},
                {"until", format_date(now + std::chrono::hours{24 * 30})},
                {"weekly_posts", "3"},
                {"password", typed}};
    }
    std::optional<db::Account> found(const std::string& username) {
        db::Tx tx(pool);
        return db::accounts::find_by_handle(tx, username, "");
    }
    std::int64_t strikes() {
        db::Tx tx(pool);
        return db::partner_strikes::count(tx, uri, now - std::chrono::hours{24});
    }
};

TEST_F(PartnersWebTest, TheOwnerCarriesAnOrganisationWithThePassword) {
    const auto owner = member(db::Role::Owner);
    auto browser = signed_in(owner);
    auto page = browser.get("/admin/partners");
    ASSERT_EQ(page.status, 200);
    EXPECT_EQ(browser.post("/admin/partners/add", terms(page, "wrong")).status, 403);
    auto endless = terms(page, password);
    endless[3].second = "";
    const auto refused = browser.post("/admin/partners/add", endless);
    EXPECT_EQ(refused.status, 422);
    EXPECT_TRUE(has(refused, "until a day"));
    EXPECT_TRUE(has(refused, company)) << "what was typed stays";
    EXPECT_FALSE(found(name));
    EXPECT_EQ(browser.post("/admin/partners/add", terms(page, password)).status, 303);
    ASSERT_TRUE(found(name));

    const auto made = browser.post("/admin/partners/people",
                                   {{"form_token", field(page, "form_token")},
                                    {"username", name},
                                    {"person", name + "_jo"},
                                    {"display_name", "Jo"},
                                    {"password", password}});
    EXPECT_EQ(made.status, 200);
    EXPECT_TRUE(has(made, "One-time password"));
    const auto jo = found(name + "_jo");
    ASSERT_TRUE(jo);
    EXPECT_EQ(jo->display_name, "[Commercial partner] Jo");
    page = browser.get("/admin/partners");
    EXPECT_TRUE(has(page, "This week 0 of 3 posts"));
    EXPECT_FALSE(has(page, "One-time password"));

    EXPECT_EQ(browser
                  .post("/admin/partners/people/remove",
                        {{"form_token", field(page, "form_token")},
                         {"username", name + "_jo"},
                         {"password", password}})
                  .status,
              303);
    EXPECT_EQ(browser
                  .post("/admin/partners/end",
                        {{"form_token", field(page, "form_token")},
                         {"username", name},
                         {"reason", "over"},
                         {"password", password}})
                  .status,
              303);
    EXPECT_EQ(browser.post("/admin/partners/renew", terms(page, password)).status, 303);
    db::Tx tx(pool);
    std::vector<std::string> acts;
    for (const auto& entry : db::audit_log::list_by_subject(tx, uri)) {
        acts.push_back(entry.act);
        EXPECT_EQ(entry.actor, "https://maple.test/users/" + owner.name);
    }
    EXPECT_EQ(acts, (std::vector<std::string>{"partner.renew", "partner.end", "partner.add"}));
}

TEST_F(PartnersWebTest, O20_IsForOwnersAndForTheirOwnForms) {
    for (const auto role : {db::Role::Member, db::Role::Moderator}) {
        auto browser = signed_in(member(role));
        EXPECT_EQ(browser.get("/admin/partners").status, 404);
        const auto own = browser.get("/settings");
        for (const auto* action : {"add", "renew", "end", "allow", "people", "people/remove"})
            EXPECT_EQ(
                browser.post(std::string("/admin/partners/") + action, terms(own, password)).status,
                404)
                << action;
    }
    auto owner = signed_in(member(db::Role::Owner));
    auto fields = terms(owner.get("/admin/partners"), password);
    fields[0].second = "forged";
    EXPECT_EQ(owner.post("/admin/partners/add", fields).status, 403);
    EXPECT_FALSE(found(name));
}

TEST_F(PartnersWebTest, MembersSayNotWantedOnTheProfile) {
    auto owner = signed_in(member(db::Role::Owner));
    const auto desk = owner.get("/admin/partners");
    ASSERT_EQ(owner.post("/admin/partners/add", terms(desk, password)).status, 303);
    Browser stranger{*this};
    EXPECT_FALSE(has(stranger.get("/@" + name), "Not wanted"));

    const auto teacher = member();
    auto browser = signed_in(teacher);
    const auto page = browser.get("/@" + name);
    EXPECT_TRUE(has(page, "Commercial partner"));
    EXPECT_TRUE(has(page, "Not wanted"));
    EXPECT_FALSE(has(browser.get("/@" + teacher.name), "Not wanted"));
    const auto action = "/@" + name + "/not-wanted";
    EXPECT_EQ(browser.post(action, {{"form_token", "forged"}}).status, 403);
    EXPECT_EQ(strikes(), 0);
    const Fields fields{{"form_token", field(page, "form_token")}};
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(browser.post(action, fields).status, 200);
    EXPECT_EQ(strikes(), 1) << "once in a month";
    EXPECT_EQ(browser.post("/@" + teacher.name + "/not-wanted", fields).status, 422);
    EXPECT_EQ(browser.post("/@nobody/not-wanted", fields).status, 404);
}

} // namespace
