#include "media_process/blurhash.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

using media_process::blurhash;

TEST(Blurhash, OfOneColourIsThatColourAndNothingElse) {
    const std::vector<std::uint8_t> black(4 * 4 * 3, 0);
    EXPECT_EQ(blurhash(black, 4, 4, 1, 1), "000000");
    const std::vector<std::uint8_t> white(4 * 4 * 3, 255);
    EXPECT_EQ(blurhash(white, 4, 4, 1, 1), "00TSUA");
}

TEST(Blurhash, HasAsManyCharactersAsItsComponentsNeed) {
    std::vector<std::uint8_t> pixels;
    for (std::size_t i = 0; i < std::size_t{32} * 16 * 3; ++i)
        pixels.push_back(static_cast<std::uint8_t>(i * 7));
    EXPECT_EQ(blurhash(pixels, 32, 16).size(), 4U + 2 * 4 * 3);
    EXPECT_EQ(blurhash(pixels, 32, 16).front(), 'L') << "4 across, 3 down";
    EXPECT_EQ(blurhash(pixels, 32, 16, 9, 9).size(), 4U + 2 * 81);
}

// The left half black, the right half white.
TEST(Blurhash, TellsWhereItIsBright) {
    std::vector<std::uint8_t> pixels;
    for (int y = 0; y < 8; ++y) {
        for (int x = 0; x < 8; ++x)
            pixels.insert(pixels.end(), 3, x < 4 ? std::uint8_t{0} : std::uint8_t{255});
    }
    const auto hash = blurhash(pixels, 8, 8, 2, 2);
    EXPECT_EQ(hash.substr(6, 2), "00") << "all three channels at their lowest: dark on the left";
}

} // namespace
