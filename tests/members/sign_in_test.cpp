#include "members/sign_in.h"
#include "tests/members/members_test.h"

namespace {

// SignIn commits by itself, so its members are committed too, under names of their own.
class SignInTest : public MembersTest {
  protected:
    SignInTest() {
        name = unique_name();
        db::Tx own(test_pool());
        const db::Account account{.uri = "https://maple.test/users/" + name, .username = name};
        id = db::accounts::insert(own, account);
        db::users::insert(own,
                          {.account = id,
                           .email = name + "@staff.test",
                           .password_hash = *passwords.hash(password)});
        own.commit();
    }

    Result<AccountId> attempt(std::string_view who,
                              std::string_view guess,
                              std::string_view address = "192.0.2.1") const {
        return sign_in.check({.name = who, .password = guess, .address = address, .now = now});
    }

    std::string name;
    AccountId id;
    members::SignIn sign_in{.pool = test_pool(),
                            .instance = instance,
                            .passwords = passwords,
                            .throttle_key = crypto::random_bytes(32),
                            .limits = {.per_name = 3, .per_address = 6}};
};

TEST_F(SignInTest, TakesEverySpellingOfTheNameAndNoWrongPassword) {
    for (const auto& spelling : {name,
                                 " " + name + " ",
                                 "@" + name,
                                 name + "@maple.test",
                                 "@" + name + "@MAPLE.test",
                                 "T" + name.substr(1),
                                 name + "@staff.test",
                                 name + "@Staff.Test"}) {
        SCOPED_TRACE(spelling);
        const auto who = attempt(spelling, password);
        ASSERT_TRUE(who);
        EXPECT_EQ(*who, id);
    }
    EXPECT_EQ(attempt(name, "wrong").error().kind, Error::Kind::Unauthorized);
    EXPECT_EQ(attempt(name, "").error().kind, Error::Kind::Unauthorized);
    EXPECT_EQ(attempt("nobody-" + name, "wrong").error().shown,
              attempt(name, "wrong").error().shown);
    EXPECT_EQ(attempt(name + "@elsewhere.test", password).error().kind, Error::Kind::Unauthorized);
}

TEST_F(SignInTest, SuspendedAndDisabledMembersAreRefusedLikeWrongPasswords) {
    ASSERT_TRUE(attempt(name, password));
    {
        db::Tx own(test_pool());
        db::users::set_state(own, id, db::MemberState::Disabled);
        own.commit();
    }
    const auto refused = attempt(name, password);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().shown, attempt(name, "wrong").error().shown);
}

TEST_F(SignInTest, O12GuessesAgainstOneMemberAreCountedUnderEverySpelling) {
    ASSERT_TRUE(attempt(name, password));
    EXPECT_EQ(attempt(name, "1", "192.0.2.1").error().kind, Error::Kind::Unauthorized);
    EXPECT_EQ(attempt("@" + name + " ", "2", "192.0.2.2").error().kind, Error::Kind::Unauthorized);
    EXPECT_EQ(attempt(name + "@STAFF.test", "3", "192.0.2.3").error().kind,
              Error::Kind::Unauthorized);
    const auto limited = attempt("T" + name.substr(1), password, "192.0.2.4");
    ASSERT_FALSE(limited);
    EXPECT_EQ(limited.error().kind, Error::Kind::RateLimited);
    EXPECT_GT(limited.error().retry_after_s, 0);
    EXPECT_LE(limited.error().retry_after_s, 15 * 60);

    now += std::chrono::minutes(15);
    EXPECT_TRUE(attempt(name, password));
}

TEST_F(SignInTest, O12GuessesFromOneHouseholdAreCountedTogether) {
    ASSERT_TRUE(attempt(name, password, "2001:db8:1:2::1"));
    for (int i = 0; i < 6; ++i) {
        const auto address = "2001:db8:1:2::" + std::to_string(i + 1);
        EXPECT_EQ(attempt(unique_name(), "guess", address).error().kind, Error::Kind::Unauthorized);
    }
    EXPECT_EQ(attempt(name, password, "2001:db8:1:2::99").error().kind, Error::Kind::RateLimited);
    EXPECT_TRUE(attempt(name, password, "2001:db8:1:3::1"));
}

TEST_F(SignInTest, ASchoolBehindOneAddressSignsInAsOftenAsItLikes) {
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(attempt(name, password));
}

TEST_F(SignInTest, BadInputIsRefusedWithoutAnException) {
    EXPECT_FALSE(attempt("", ""));
    EXPECT_FALSE(attempt(std::string(100'000, 'a'), "x", "192.0.2.9"));
    EXPECT_FALSE(attempt("\xff\xfe", "\xff", "not an address"));
    EXPECT_FALSE(attempt("' OR 1=1 --", std::string(100'000, 'x'), "192.0.2.9"));
}

} // namespace
