#include "base/crypto.h"
#include "federation/status_bits.h"
#include "http/deflate.h"

#include <gtest/gtest.h>

using namespace federation;

TEST(StatusBits, IndexZeroIsTheLeftMostBitOfTheFirstByte) {
    const std::int64_t set[] = {0, 9, 23, status_list_bits - 1};
    const auto bits = decode_status_bits(encode_status_bits(set));
    ASSERT_TRUE(bits) << bits.error().detail;
    ASSERT_EQ(bits->size(), 16'384U);
    EXPECT_EQ((*bits)[0], '\x80');
    EXPECT_EQ((*bits)[1], '\x40');
    EXPECT_EQ((*bits)[2], '\x01');
    EXPECT_EQ(bits->back(), '\x01');
    for (const std::int64_t index : set)
        EXPECT_TRUE(*status_bit(*bits, index)) << index;
    for (const std::int64_t index : {1, 7, 8, 10, 22, 24})
        EXPECT_FALSE(*status_bit(*bits, index)) << index;
    EXPECT_FALSE(status_bit(*bits, status_list_bits)) << "after the end";
    EXPECT_FALSE(status_bit(*bits, -1));
}

TEST(StatusBits, ReadsTheEmptyListOfTheStandard) {
    // Section 2.2, example 2 of the recommendation.
    const auto bits =
        decode_status_bits("uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA");
    ASSERT_TRUE(bits) << bits.error().detail;
    EXPECT_EQ(*bits, std::string(16'384, '\0'));
}

TEST(StatusBits, RefusesWhatIsNoList) {
    const std::string zeros(16'384, '\0');
    const auto encoded = [](const std::string& bytes) {
        return 'u' + crypto::base64url(http::gzip(bytes));
    };
    const auto honest = encoded(zeros);
    ASSERT_TRUE(decode_status_bits(honest));
    const struct {
        const char* name;
        std::string text;
    } cases[] = {
        {"empty", ""},
        {"another base", 'z' + honest.substr(1)},
        {"no prefix", honest.substr(1)},
        {"no base64url", "u+/=="},
        {"no gzip", 'u' + crypto::base64url(zeros)},
        {"cut off", 'u' + crypto::base64url(http::gzip(zeros).substr(0, 20))},
        {"a tail", 'u' + crypto::base64url(http::gzip(zeros) + "x")},
        {"too short to hide in", encoded(std::string(16'383, '\0'))},
        {"a bomb", encoded(std::string(2 * 1024 * 1024, '\0'))},
    };
    for (const auto& c : cases)
        EXPECT_FALSE(decode_status_bits(c.text)) << c.name;
}

TEST(StatusBits, ALongerListOfAnotherDistrictIsRead) {
    std::string bytes(128 * 1024, '\0');
    bytes.back() = '\x01';
    const auto bits = decode_status_bits('u' + crypto::base64url(http::gzip(bytes)));
    ASSERT_TRUE(bits) << bits.error().detail;
    EXPECT_TRUE(*status_bit(*bits, 128 * 1024 * 8 - 1));
}
