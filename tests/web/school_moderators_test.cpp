#include "db/audit_log.h"
#include "db/roster_orgs.h"
#include "db/school_moderators.h"
#include "tests/web/web_support.h"

namespace {

TEST_F(WebTest, TheOwnerMakesAMemberModeratorOfASchool) {
    const auto owner = member(db::Role::Owner);
    const auto teacher = member();
    auto browser = signed_in(owner);
    {
        db::Tx tx(pool);
        const db::RosterOrg org{.sourced_id = "elm<1>", .name = "Elm & Oak", .type = "school"};
        db::roster_orgs::store(tx, std::span(&org, 1));
        tx.commit();
    }
    const auto page = browser.get("/admin/duties/schools");
    const auto fields = [&](const std::string& name, const std::string& typed) {
        return Fields{{"form_token", field(page, "form_token")},
                      {"name", name},
                      {"org", "elm<1>"},
                      {"password", typed}};
    };
    const auto role = [&] {
        db::Tx tx(pool);
        return db::users::find(tx, teacher.id)->role;
    };
    const std::string give = "/admin/duties/schools/give";
    EXPECT_EQ(browser.post(give, fields(teacher.name, "wrong")).status, 403);
    EXPECT_EQ(browser.post(give, fields("nobody", password)).status, 422);
    EXPECT_EQ(role(), db::Role::Member);
    EXPECT_EQ(browser.post(give, fields(teacher.name, password)).status, 303);
    EXPECT_EQ(role(), db::Role::SchoolModerator);
    EXPECT_EQ(browser.post(give, fields(teacher.name, password)).status, 422) << "twice";
    EXPECT_TRUE(has(browser.get("/admin/duties/schools"), "Elm &amp; Oak</h3>"));

    auto theirs = signed_in(teacher);
    EXPECT_EQ(theirs.get("/admin/duties/schools").status, 404);
    EXPECT_EQ(theirs.get("/admin/duties").status, 404);
    EXPECT_EQ(browser.post("/admin/duties/schools/take", fields(teacher.name, password)).status,
              303);
    EXPECT_EQ(role(), db::Role::Member);
    db::Tx tx(pool);
    EXPECT_EQ(db::audit_log::list_acts(
                  tx,
                  "https://maple.test/users/" + teacher.name,
                  {"account.role.school moderator", "account.unrole.school moderator"})
                  .size(),
              2U);
}

} // namespace
