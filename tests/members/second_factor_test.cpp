#include "members/second_factor.h"
#include "tests/members/members_test.h"

namespace {

using namespace std::chrono_literals;

Time at_seconds(std::int64_t seconds) {
    return Time(std::chrono::seconds(seconds));
}

// RFC 6238, appendix B, SHA-1; the last six of its eight digits.
TEST(Totp, FitsThePublishedVectors) {
    const struct {
        std::int64_t seconds;
        const char* code;
    } cases[] = {{59, "287082"},
                 {1'111'111'109, "081804"},
                 {1'111'111'111, "050471"},
                 {1'234'567'890, "005924"},
                 {2'000'000'000, "279037"},
                 {20'000'000'000, "353130"}};
    for (const auto& c : cases)
        EXPECT_EQ(members::totp_code("12345678901234567890", c.seconds / 30), c.code) << c.seconds;
}

class SecondFactorTest : public MembersTest {
  protected:
    // RFC 4648, section 6.
    static std::string unbase32(std::string_view text) {
        constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        std::string bytes;
        unsigned buffer = 0;
        int bits = 0;
        for (const char c : text) {
            buffer = (buffer << 5) | static_cast<unsigned>(alphabet.find(c));
            if ((bits += 5) >= 8) bytes += static_cast<char>((buffer >> (bits -= 8)) & 0xff);
        }
        return bytes;
    }
    /// The code that the member's app shows at `at`.
    std::string code_at(Time at) const {
        return members::totp_code(secret,
                                  at.time_since_epoch() / std::chrono::milliseconds(30'000));
    }
    void begin() {
        const auto begun = members::begin_second_factor(tx, instance, ada.id, ada.username);
        ASSERT_TRUE(begun);
        secret = unbase32(begun->secret);
        EXPECT_TRUE(begun->uri.starts_with("otpauth://totp/maple.test:ada?secret="));
    }
    std::vector<std::string> set_up() {
        begin();
        return *members::confirm_second_factor(tx, ada.id, code_at(start), start);
    }

    db::Account ada = member();
    std::string secret;
    Time start = at_seconds(1'800'000'000);
};

TEST_F(SecondFactorTest, IsAskedForOnceItWasConfirmed) {
    begin();
    EXPECT_FALSE(members::has_second_factor(tx, ada.id));
    EXPECT_FALSE(members::confirm_second_factor(tx, ada.id, "000000", start));
    EXPECT_FALSE(members::has_second_factor(tx, ada.id));
    ASSERT_TRUE(members::confirm_second_factor(tx, ada.id, code_at(start), start));
    EXPECT_TRUE(members::has_second_factor(tx, ada.id));
    // Nobody replaces it without removing it first.
    EXPECT_FALSE(members::begin_second_factor(tx, instance, ada.id, ada.username));
    EXPECT_TRUE(members::remove_second_factor(tx, ada.id));
    EXPECT_FALSE(members::has_second_factor(tx, ada.id));
}

TEST_F(SecondFactorTest, O19ACodeOpensOnceAndOnlyAroundItsTime) {
    set_up();
    const Time later = start + 10min;
    const struct {
        const char* name;
        std::string code;
        Time at;
        bool opens;
    } cases[] = {
        {"the code of setting up", code_at(start), start, false},
        {"a code of the past", code_at(later - 2min), later, false},
        {"a code of the future", code_at(later + 2min), later, false},
        {"now, as people type it",
         code_at(later).substr(0, 3) + " " + code_at(later).substr(3),
         later,
         true},
        {"the same again", code_at(later), later, false},
        {"the one before it, after it", code_at(later - 30s), later, false},
        {"a clock that is half a minute ahead", code_at(later + 60s), later + 30s, true},
        {"nothing", "", later + 5min, false},
        {"no digits", "abcdef", later + 5min, false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(members::use_second_factor(tx, ada.id, c.code, c.at), c.opens) << c.name;
}

TEST_F(SecondFactorTest, EachRecoveryCodeOpensOnce) {
    const auto codes = set_up();
    ASSERT_EQ(codes.size(), 10U);
    EXPECT_TRUE(members::use_second_factor(tx, ada.id, codes[3], start));
    EXPECT_FALSE(members::use_second_factor(tx, ada.id, codes[3], start));
    std::string shouted = codes[4];
    for (char& c : shouted)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    EXPECT_TRUE(members::use_second_factor(tx, ada.id, shouted, start));
    EXPECT_EQ(members::count_recovery_codes(tx, ada.id), 8);
    // Somebody else's code is nobody's.
    const auto bob = member("bob");
    EXPECT_FALSE(members::use_second_factor(tx, bob.id, codes[5], start));
}

} // namespace
