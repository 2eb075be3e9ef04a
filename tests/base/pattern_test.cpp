#include "base/pattern.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace {

TEST(Pattern, FindsInEveryScriptWithoutRegardToCase) {
    const auto pattern = Pattern::compile(R"(\bfree\s+gift\s+cards?\b)");
    ASSERT_TRUE(pattern);
    EXPECT_TRUE(pattern->is_in("Get your FREE gift\ncard now"));
    EXPECT_FALSE(pattern->is_in("carefree gift cards"));
    const auto greek = Pattern::compile("ΔΩΡΟ");
    ASSERT_TRUE(greek);
    EXPECT_TRUE(greek->is_in("ένα δωρο"));
}

TEST(Pattern, SaysWhereAnExpressionIsWrong) {
    const auto broken = Pattern::compile("free(");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().kind, Error::Kind::Invalid);
    EXPECT_NE(broken.error().shown.find("character"), std::string::npos);
    EXPECT_FALSE(Pattern::compile(""));
    EXPECT_FALSE(Pattern::compile(std::string(Pattern::max_bytes + 1, 'a')));
}

TEST(Pattern, GivesUpOnWhatWouldTakeForEver) {
    const auto pattern = Pattern::compile("(a+)+$");
    ASSERT_TRUE(pattern);
    EXPECT_THROW(pattern->is_in(std::string(40, 'a') + "!"), std::runtime_error);
}

} // namespace
