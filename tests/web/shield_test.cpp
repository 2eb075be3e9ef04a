#include "db/audit_log.h"
#include "moderation/shield.h"
#include "tests/web/web_support.h"

namespace {

class ShieldPageTest : public WebTest {
  protected:
    bool is_up(const Member& member) {
        db::Tx tx(pool);
        return !db::shields::shielded(tx, {member.id}, now).empty();
    }
    std::vector<std::string> acts_about(const Member& member) {
        db::Tx tx(pool);
        std::vector<std::string> acts;
        for (const auto& entry :
             db::audit_log::list_by_subject(tx, "https://maple.test/users/" + member.name))
            if (entry.act.starts_with("shield.")) acts.push_back(entry.act);
        return acts;
    }
};

TEST_F(ShieldPageTest, AMemberRaisesAndLowersTheirOwn) {
    const auto sue = member();
    const auto other = member();
    Browser browser{*this};
    EXPECT_EQ(browser.get("/settings/shield").status, 303) << "without a session";
    browser.sign_in(sue.name, password);
    auto page = browser.get("/settings/shield");
    ASSERT_EQ(page.status, 200);
    EXPECT_FALSE(has(page, "Your shield is up"));
    const auto token = field(page, "form_token");

    EXPECT_EQ(browser.post("/settings/shield/raise", {{"form_token", "another"}}).status, 403);
    EXPECT_FALSE(is_up(sue));
    EXPECT_EQ(browser.post("/settings/shield/raise", {{"form_token", token}}).status, 303);
    EXPECT_TRUE(is_up(sue));
    EXPECT_FALSE(is_up(other));
    page = browser.get("/settings/shield");
    EXPECT_TRUE(has(page, "Your shield is up"));
    EXPECT_FALSE(has(page, "A moderator raised it"));

    for (int pressed = 0; pressed < 2; ++pressed)
        EXPECT_EQ(browser.post("/settings/shield/lower", {{"form_token", token}}).status, 303);
    EXPECT_FALSE(is_up(sue));
    EXPECT_EQ(acts_about(sue), (std::vector<std::string>{"shield.lower", "shield.raise"}));
}

TEST_F(ShieldPageTest, SaysWhoRaisedItAndEndsByItself) {
    const auto sue = member();
    {
        db::Tx tx(pool);
        moderation::raise_shield(tx, sue.id, "command line", now);
        tx.commit();
    }
    Browser browser{*this};
    browser.sign_in(sue.name, password);
    EXPECT_TRUE(has(browser.get("/settings/shield"), "A moderator raised it"));
    now += moderation::shield_lasts + std::chrono::minutes{1};
    browser.sign_in(sue.name, password);
    EXPECT_FALSE(has(browser.get("/settings/shield"), "Your shield is up"));
}

} // namespace
