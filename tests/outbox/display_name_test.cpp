#include "db/member_duties.h"
#include "db/roster_people.h"
#include "db/users.h"
#include "educators/attestation.h"
#include "outbox/display_name.h"
#include "tests/support/database.h"

namespace {

class DisplayNameTest : public DatabaseTest {
  protected:
    DisplayNameTest() {
        owner = named(member("ada"), "Ada Moore");
        db::users::set_role(tx, owner.id, db::Role::Owner);
        officer = named(member("rosa"), "王老师");
        db::member_duties::insert(
            tx, {.account = officer.id, .duty = "roster officer", .given_by = "command line"});
        named(member("ben"), "Ben Lee");
    }
    db::Account named(db::Account account, const std::string& name) {
        account.display_name = name;
        db::accounts::update_profile(tx, account);
        return account;
    }
    bool may(const db::Account& who, std::string_view name) {
        return static_cast<bool>(outbox::check_display_name(tx, instance, who, name, now));
    }
    void attest(const db::Account& who, educators::Kind kind) {
        const auto issuer = educators::load_issuer(tx, instance, {}, now);
        ASSERT_TRUE(educators::attest(tx, issuer, {.account = who.id, .kind = kind}, now));
    }

    Instance instance{.origin = "https://maple.test",
                      .host = "maple.test",
                      .handle_host = "maple.test",
                      .title = "Maple Schools"};
    Time now = system_now();
    db::Account owner;
    db::Account officer;
    db::Account cat = member("cat");
};

TEST_F(DisplayNameTest, PeopleAreCalledWhatTheyAreCalled) {
    for (const char* name : {"",
                             " ",
                             "Cat",
                             "Ben Lee", // Somebody else's, who has no say here.
                             "Ms. Adminton",
                             "Ann Moderow",
                             "Ada Moore-Lee",
                             "Ada Moore (Maths)",
                             "Cat 🍎📚",
                             "Learning support, Ms. Cat",
                             "Ann Maple",
                             "王小明",
                             "Modesta",
                             "Zoë O'Neil"})
        EXPECT_TRUE(may(cat, name)) << name;
}

TEST_F(DisplayNameTest, NobodyPassesForWhoLooksAfterTheHouse) {
    for (const char* name : {"Ada Moore",
                             "ada  MOORE",
                             "Ada\u200BMoore",
                             "A d a M o o r e",
                             "Аdа Мооrе", // Cyrillic
                             "𝐀𝐝𝐚 𝐌𝐨𝐨𝐫𝐞",
                             "Ädá Moore",
                             "Ada Moore 🛠",
                             "★ Ada Moore ★",
                             "🅰🅳🅰 🅼🅾🅾🆁🅴",
                             "Ada M00re",
                             "ada", // The user name.
                             "王老师 🍎",
                             "Maple Schools",
                             "MapleSchools",
                             "maple.test"})
        EXPECT_FALSE(may(cat, name)) << name;
    EXPECT_TRUE(may(owner, "Ada Moore"));
    EXPECT_TRUE(may(officer, "王老师"));
}

TEST_F(DisplayNameTest, NobodySaysARoleThatTheyDoNotHave) {
    for (const char* name :
         {"Moderator",      "Cat (moderator)", "M.o.d.e.r.a.t.o.r", "Site Moderators",
          "MapleModerator",
          "Mоderаtоr", // Cyrillic
          "Móderator",      "🇲🇴🇩🇪🇷🇦🇹🇴🇷",       "Cat, mod",          "0wner",
          "Official Cat",   "Help Desk",       "Staffroom",         "Admin",
          "Cat | ADMIN",    "Principal Cat",   "Prìncipal",         "Superintendent of schools",
          "Cat ✅",          "Verified Cat"})
        EXPECT_FALSE(may(cat, name)) << name;
    EXPECT_TRUE(may(owner, "Ada (owner)"));
    db::users::set_role(tx, cat.id, db::Role::SchoolModerator);
    EXPECT_TRUE(may(cat, "Cat (moderator)"));
    EXPECT_FALSE(may(cat, "Cat ✅")) << "the badge is nobody's to write";
}

TEST_F(DisplayNameTest, ALeaderOfTheRosterMaySaySo) {
    attest(cat, educators::Kind::Teacher);
    EXPECT_FALSE(may(cat, "Principal Cat"));
    attest(cat, educators::Kind::Leader);
    EXPECT_TRUE(may(cat, "Principal Cat"));
    EXPECT_TRUE(may(cat, "Cat, school administrator"));
    EXPECT_FALSE(may(cat, "Moderator Cat"));
}

TEST_F(DisplayNameTest, ANameThatTheRosterProvesIsTheirs) {
    const db::RosterPerson person{.sourced_id = "c",
                                  .id_hash = "c",
                                  .given_name = "Ada",
                                  .family_name = "Moore",
                                  .state = "educator",
                                  .kind = "teacher"};
    db::roster_people::store(tx, std::span(&person, 1), now);
    db::roster_people::bind_account(
        tx, db::roster_people::find_by_sourced_id(tx, "c")->id, cat.id, now);
    EXPECT_TRUE(may(cat, "Ada Moore"));
    EXPECT_TRUE(may(cat, "ada moore"));
    EXPECT_FALSE(may(cat, "Ada M00re")) << "who is called so needs no tricks";
}

} // namespace
