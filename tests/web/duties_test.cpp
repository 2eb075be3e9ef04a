#include "db/audit_log.h"
#include "members/duties.h"
#include "tests/web/web_support.h"

namespace {

class DutiesWebTest : public WebTest {
  protected:
    Fields charge(const http::Response& page, const std::string& name, const std::string& typed) {
        return {{"form_token", field(page, "form_token")},
                {"name", name},
                {"duty", "records officer"},
                {"password", typed}};
    }
    bool is_officer(const Member& who) {
        db::Tx tx(pool);
        return db::member_duties::has(tx, who.id, "records officer");
    }
};

TEST_F(DutiesWebTest, TheOwnerGivesAndTakesADutyWithThePassword) {
    const auto owner = member(db::Role::Owner);
    const auto teacher = member();
    auto browser = signed_in(owner);
    const auto page = browser.get("/admin/duties");
    ASSERT_EQ(page.status, 200);

    const auto wrong =
        browser.post("/admin/duties/give", charge(page, teacher.name, "not the password"));
    EXPECT_EQ(wrong.status, 403);
    EXPECT_TRUE(has(wrong, "This is not your password."));
    EXPECT_FALSE(is_officer(teacher));

    EXPECT_EQ(browser.post("/admin/duties/give", charge(page, "nobody", password)).status, 422);
    EXPECT_EQ(browser.post("/admin/duties/give", charge(page, teacher.name, password)).status, 303);
    EXPECT_TRUE(is_officer(teacher));
    EXPECT_TRUE(has(browser.get("/admin/duties"), teacher.name + ": records officer"));

    EXPECT_EQ(browser.post("/admin/duties/take", charge(page, teacher.name, "")).status, 403);
    EXPECT_TRUE(is_officer(teacher));
    EXPECT_EQ(browser.post("/admin/duties/take", charge(page, teacher.name, password)).status, 303);
    EXPECT_FALSE(is_officer(teacher));

    db::Tx tx(pool);
    const auto entries =
        db::audit_log::list_acts(tx, to_string(teacher.id), {"duty.give", "duty.take"});
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].actor, "https://maple.test/users/" + owner.name);
}

TEST_F(DutiesWebTest, IsForOwnersAndForTheirOwnForms) {
    const auto teacher = member();
    for (const auto role : {db::Role::Member, db::Role::Moderator}) {
        auto browser = signed_in(member(role));
        EXPECT_EQ(browser.get("/admin/duties").status, 404);
        const auto own = browser.get("/settings");
        EXPECT_EQ(browser.post("/admin/duties/give", charge(own, teacher.name, password)).status,
                  404);
    }
    auto owner = signed_in(member(db::Role::Owner));
    auto fields = charge(owner.get("/admin/duties"), teacher.name, password);
    fields[0].second = "forged";
    EXPECT_EQ(owner.post("/admin/duties/give", fields).status, 403);
    fields = charge(owner.get("/admin/duties"), teacher.name, password);
    fields[2].second = "janitor";
    EXPECT_EQ(owner.post("/admin/duties/give", fields).status, 422);
    EXPECT_FALSE(is_officer(teacher));
}

TEST_F(DutiesWebTest, APasswordCannotBeGuessedByAStolenSession) {
    auto browser = signed_in(member(db::Role::Owner));
    const auto page = browser.get("/admin/duties");
    for (int i = 0; i < sign_in.limits.per_name; ++i)
        browser.post("/admin/duties/give", charge(page, "nobody", "guess"));
    EXPECT_EQ(browser.post("/admin/duties/give", charge(page, "nobody", password)).status, 429);
}

} // namespace
