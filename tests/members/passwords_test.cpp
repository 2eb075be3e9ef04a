#include "members/passwords.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace {

TEST(Passwords, HashesWithArgon2idAndFitsOnlyTheSamePassword) {
    members::Passwords passwords;
    const auto hash = passwords.hash("correct horse");
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << *hash;
    EXPECT_TRUE(*passwords.fits(*hash, "correct horse"));
    EXPECT_FALSE(*passwords.fits(*hash, "correct Horse"));
    EXPECT_FALSE(*passwords.fits(*hash, ""));
    EXPECT_NE(*hash, *passwords.hash("correct horse"));
}

TEST(Passwords, NobodysHashTakesAsLongAsARealOneAndNeverFits) {
    members::Passwords passwords;
    const auto hash = *passwords.hash("correct horse");
    const auto time_of = [&](const std::string& stored) {
        auto least = std::chrono::steady_clock::duration::max();
        for (int i = 0; i < 5; ++i) {
            const auto start = std::chrono::steady_clock::now();
            EXPECT_FALSE(*passwords.fits(stored, "guess"));
            least = std::min(least, std::chrono::steady_clock::now() - start);
        }
        return least;
    };
    const auto real = time_of(hash);
    const auto nobody = time_of("");
    EXPECT_GT(nobody, real / 3);
    EXPECT_LT(nobody, real * 3);
}

TEST(Passwords, ManyThreadsTakeTurns) {
    members::Passwords passwords;
    const auto hash = *passwords.hash("correct horse");
    std::vector<int> fits(6);
    {
        std::vector<std::jthread> threads;
        for (auto& fit : fits) {
            threads.emplace_back([&] { fit = *passwords.fits(hash, "correct horse"); });
        }
    }
    EXPECT_EQ(fits, std::vector<int>(6, 1));
}

TEST(CheckPassword, AsksForLengthAndNothingThatIsTriedFirst) {
    const struct {
        const char* password;
        bool is_taken;
    } cases[] = {
        {"green ladders sing", true},
        {"twelve chars", true},
        {"eleven char", false},
        {"aaaaaaaaaaaaaaaa", false},
        {"123456789012", false},
        {"Password-1234", false},
        {"correct horse battery staple", false},
        {"ada.lovelace1", false},
        {"Ada_Lovelace!!", false},
        {"maple.example1", false},
        {"ada.lovelace wrote the first", true},
        {"Grüße aus Köln", true},
        {"üüüüüüüüüüü", false},
        {"bad \xff\xfe bytes here", false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.password);
        const auto checked = members::check_password(c.password, "ada_lovelace", "maple.example");
        EXPECT_EQ(static_cast<bool>(checked), c.is_taken);
        EXPECT_TRUE(checked || !checked.error().shown.empty());
    }
    EXPECT_FALSE(members::check_password(std::string(300, 'x') + "abcdef", "a", "b"));
}

TEST(OneTimePassword, IsLongClearAndNeverTheSame) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const auto password = members::make_one_time_password();
        EXPECT_EQ(password.size(), 23U);
        EXPECT_EQ(password.find_first_of("0O1lIaeiou"), std::string::npos);
        seen.insert(password);
    }
    EXPECT_EQ(seen.size(), 100U);
}

} // namespace
