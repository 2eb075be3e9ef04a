#include "db/attestations.h"
#include "db/users.h"
#include "educators/employment.h"
#include "educators/scim.h"
#include "members/accounts.h"
#include "tests/support/database.h"

using namespace educators;
using enum EmploymentSource;

namespace {

/// An educator of the roster who has an account, and an owner beside them.
class EmploymentTest : public DatabaseTest {
  protected:
    EmploymentTest() {
        now = system_now();
        bob = member("bob");
        db::users::set_role(tx, member("grace").id, db::Role::Owner);
        const db::RosterPerson person{
            .sourced_id = "u1", .id_hash = "hash", .state = "educator", .kind = "teacher"};
        db::roster_people::store(tx, std::span(&person, 1), now);
        db::roster_people::bind_account(tx, roster().id, bob.id, now);
        attest_bound(tx, rules, bob.id, now);
    }

    db::RosterPerson roster() { return *db::roster_people::find_by_sourced_id(tx, "u1"); }
    /// What an import does when the roster says something new of the person.
    void roster_says(const char* state) {
        const auto before = roster();
        auto after = before;
        after.state = state;
        settle_account(tx, rules, before, after, now);
        db::roster_people::store(tx, std::span(&after, 1), now);
    }
    void end(EmploymentSource source) { end_employment(tx, bob.id, source, "gone", now); }
    bool resume(EmploymentSource source) {
        return resume_employment(tx, rules, bob.id, source, now);
    }
    db::MemberState state() { return db::users::find(tx, bob.id)->state; }
    bool is_attested() {
        const auto standing = db::attestations::find_standing(tx, bob.id);
        return standing && standing->is_good(now);
    }

    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    AccountRules rules{.instance = &instance};
    Time now{};
    db::Account bob;
};

using enum db::MemberState;

} // namespace

TEST_F(EmploymentTest, WhoIsSaidToHaveLeftComesBackWhenItIsTakenBack) {
    ASSERT_TRUE(is_attested());
    end(SignOn);
    end(SignOn);
    EXPECT_EQ(state(), Left);
    EXPECT_FALSE(is_attested());
    EXPECT_TRUE(resume(SignOn));
    EXPECT_EQ(state(), Active);
    EXPECT_TRUE(is_attested());
    EXPECT_FALSE(resume(SignOn)) << "nothing is left to take back";
}

TEST_F(EmploymentTest, TheLastOfTwoSourcesOpensTheAccount) {
    end(SignOn);
    end(Scim);
    EXPECT_FALSE(resume(SignOn));
    EXPECT_EQ(state(), Left);
    EXPECT_TRUE(resume(Scim));
    EXPECT_EQ(state(), Active);
}

TEST_F(EmploymentTest, TheRosterAndTheDirectoryMustAgreeInEitherOrder) {
    roster_says("removed");
    end(Scim);
    EXPECT_FALSE(resume(Scim)) << "the roster says removed";
    EXPECT_EQ(state(), Left);
    roster_says("educator");
    EXPECT_EQ(state(), Active);
    EXPECT_TRUE(is_attested());

    end(Scim);
    roster_says("removed");
    roster_says("educator");
    EXPECT_EQ(state(), Left) << "the directory says inactive";
    EXPECT_FALSE(is_attested());
    EXPECT_TRUE(resume(Scim));

    end(Scim);
    roster_says("removed");
    EXPECT_FALSE(resume(Scim));
    roster_says("educator");
    EXPECT_EQ(state(), Active);
}

TEST_F(EmploymentTest, WhomAPersonShutOutNoSourceLetsIn) {
    ASSERT_TRUE(members::set_state(tx, bob.id, Disabled, now));
    end(Scim);
    EXPECT_FALSE(resume(Scim));
    EXPECT_NE(state(), Active);
}

TEST_F(EmploymentTest, TheOnlyOwnerKeepsTheAccountButNotTheAttestation) {
    for (const auto& user : db::users::list(tx)) {
        if (user.role == db::Role::Owner) db::users::set_role(tx, user.account, db::Role::Member);
    }
    db::users::set_role(tx, bob.id, db::Role::Owner);
    end(SignOn);
    EXPECT_EQ(state(), Active);
    EXPECT_FALSE(is_attested());
}

TEST_F(EmploymentTest, ADirectoryAttestsOnlyMappedTypesAndNotTheRostersPeople) {
    const ScimDesk desk{.pool = test_pool(),
                        .accounts = rules,
                        .terms = {.user_types = {{"Teacher", Kind::Teacher}}},
                        .origin = "https://maple.test"};
    const auto ida = member("ida");
    const auto good = [&](AccountId account) {
        const auto standing = db::attestations::find_standing(tx, account);
        return standing && standing->is_good(now);
    };
    const auto user = create_scim_user(
        tx, desk, {.user_name = "ida", .external_id = "x9", .user_type = "Clerk"}, now);
    ASSERT_TRUE(user);
    claim_scim_user(tx, rules, desk.terms, *user, ida.id, now);
    EXPECT_FALSE(good(ida.id)) << "who works there need not teach";
    const ScimFields teacher{.user_name = "ida", .external_id = "x9", .user_type = "Teacher"};
    ASSERT_TRUE(change_scim_user(tx, desk, user->id, teacher, now));
    EXPECT_TRUE(good(ida.id));
    EXPECT_EQ(db::attestations::find_standing(tx, ida.id)->assurance, "idp");
    ASSERT_TRUE(change_scim_user(
        tx, desk, user->id, {.user_name = "ida", .external_id = "x9", .user_type = "Clerk"}, now));
    EXPECT_FALSE(good(ida.id));
    ASSERT_TRUE(remove_scim_user(tx, desk, user->id, now));
    EXPECT_EQ(db::users::find(tx, ida.id)->state, Left);
    EXPECT_FALSE(remove_scim_user(tx, desk, user->id, now)) << "it is gone";
    ASSERT_TRUE(create_scim_user(tx, desk, teacher, now));
    EXPECT_EQ(db::users::find(tx, ida.id)->state, Active);
    EXPECT_TRUE(good(ida.id));
}
