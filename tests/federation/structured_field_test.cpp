#include "federation/structured_field.h"

#include <gtest/gtest.h>

namespace federation::structured {
namespace {

TEST(StructuredField, IsWrittenInItsOneCanonicalForm) {
    const struct {
        const char* in;
        const char* out;
    } cases[] = {
        {"", ""},
        {"a", "a"},
        {"a=?1;b", "a;b"},
        {"a=?0", "a=?0"},
        {"a=1,b=-2 ,\tc=tok/en", "a=1, b=-2, c=tok/en"},
        {"a=1.50", "a=1.5"},
        {"a=-0.5", "a=-0.5"},
        {"a=2.0", "a=2.0"},
        {"a=\"q\\\"\\\\\"", "a=\"q\\\"\\\\\""},
        {"a=:aGk=:", "a=:aGk=:"},
        {"a=( \"x\";sf  \"y\" );p=1", "a=(\"x\";sf \"y\");p=1"},
        {"a=();created=1", "a=();created=1"},
        {"  a=1  ", "a=1"},
    };
    for (const auto& c : cases) {
        const auto parsed = parse_dictionary(c.in);
        ASSERT_TRUE(parsed) << c.in;
        EXPECT_EQ(serialize(*parsed), c.out);
    }
}

TEST(StructuredField, RefusesWhatDoesNotFitTheGrammar) {
    for (const char* text : {"A=1",
                             "a=",
                             "a=1,",
                             ",a=1",
                             "a=1 b=2",
                             "a=(1",
                             "a=(1 2",
                             "a=(1,2)",
                             "a=\"x",
                             "a=\"x\\y\"",
                             "a=\"\n\"",
                             "a=\"\xc3\xa9\"",
                             "a=:x",
                             "a=:x y:",
                             "a=?2",
                             "a=1;",
                             "a=1;B",
                             "a=1;b;b",
                             "a=1,a=2",
                             "a=1234567890123456",
                             "a=1.",
                             "a=1.2345",
                             "a=--1",
                             "a=@x",
                             "a=(\"x\"\"y\")",
                             "=1",
                             "a=.5",
                             "a;=1"}) {
        EXPECT_FALSE(parse_dictionary(text)) << text;
    }
    const auto huge = parse_dictionary("a=\"" + std::string(20'000, 'x') + '"');
    ASSERT_FALSE(huge);
    EXPECT_EQ(huge.error().kind, Error::Kind::TooLarge);
}

} // namespace
} // namespace federation::structured
