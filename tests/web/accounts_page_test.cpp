#include "db/account_standings.h"
#include "tests/web/web_support.h"

namespace {

class AccountsPageTest : public WebTest {
  protected:
    Fields measure(Browser& browser, const char* name, const char* text) {
        return {{"form_token", field(browser.get("/settings"), "form_token")},
                {"measure", name},
                {"text", text}};
    }
    db::Standing standing(AccountId id) {
        db::Tx tx(pool);
        return *db::account_standings::find(tx, id);
    }
    static std::string page_of(const Member& who, const std::string& verb = "") {
        return "/admin/accounts/" + to_string(who.id) + verb;
    }
};

TEST_F(AccountsPageTest, FindsMembersByNameAndState) {
    const auto teacher = member();
    auto moderator = signed_in(member(db::Role::Moderator));
    const auto link = "href=\"" + page_of(teacher) + "\"";
    EXPECT_TRUE(has(moderator.get("/admin/accounts?name=@" + teacher.name), link));
    EXPECT_TRUE(has(moderator.get("/admin/accounts?name=" + teacher.name + "@maple.test"), link));
    EXPECT_FALSE(has(moderator.get("/admin/accounts?name=" + teacher.name + "@cedar.test"), link));
    EXPECT_FALSE(has(moderator.get("/admin/accounts?state=suspended&name=" + teacher.name), link));
    const auto nobody = moderator.get("/admin/accounts?name=" + std::string(3'000, 'x'));
    EXPECT_EQ(nobody.status, 200);
    EXPECT_TRUE(has(nobody, "No account fits"));
}

TEST_F(AccountsPageTest, ImposesAndLiftsAMeasureWithAReason) {
    const auto teacher = member();
    auto moderator = signed_in(member(db::Role::Moderator));
    EXPECT_EQ(
        moderator.post(page_of(teacher, "/impose"), measure(moderator, "silence", " ")).status,
        422);
    EXPECT_EQ(moderator.post(page_of(teacher, "/impose"), measure(moderator, "boil", "x")).status,
              422);
    EXPECT_FALSE(standing(teacher.id).silenced);

    EXPECT_EQ(
        moderator.post(page_of(teacher, "/impose"), measure(moderator, "silence", "rude")).status,
        303);
    EXPECT_TRUE(standing(teacher.id).silenced);
    const auto page = moderator.get(page_of(teacher));
    EXPECT_TRUE(has(page, "Lift the limit"));
    EXPECT_TRUE(has(page, "rude"));

    EXPECT_EQ(moderator.post(page_of(teacher, "/lift"), measure(moderator, "silence", "")).status,
              303);
    EXPECT_FALSE(standing(teacher.id).silenced);
}

TEST_F(AccountsPageTest, NobodyActsOnEqualsSuperiorsOrThemselves) {
    const auto me = member(db::Role::Moderator);
    auto moderator = signed_in(me);
    for (const auto& who : {me, member(db::Role::Moderator), member(db::Role::Owner)}) {
        EXPECT_TRUE(has(moderator.get(page_of(who)), "You cannot act on this account"));
        EXPECT_EQ(
            moderator.post(page_of(who, "/impose"), measure(moderator, "suspend", "x")).status,
            403);
        EXPECT_FALSE(standing(who.id).suspended);
    }
}

TEST_F(AccountsPageTest, IsForModeratorsAndForTheirOwnForms) {
    const auto teacher = member();
    auto other = signed_in(member());
    EXPECT_EQ(other.get("/admin/accounts").status, 404);
    EXPECT_EQ(other.get(page_of(teacher)).status, 404);
    EXPECT_EQ(other.post(page_of(teacher, "/impose"), measure(other, "suspend", "x")).status, 404);
    auto moderator = signed_in(member(db::Role::Moderator));
    EXPECT_EQ(moderator.post(page_of(teacher, "/impose"), measure(other, "suspend", "x")).status,
              403);
    EXPECT_FALSE(standing(teacher.id).suspended);
    EXPECT_EQ(moderator.get("/admin/accounts/1").status, 404);
    EXPECT_EQ(moderator.get("/admin/accounts/ada").status, 404);
}

} // namespace
