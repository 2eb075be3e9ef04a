#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace {

TEST(CleanText, KeepsWhatPeopleWrite) {
    for (const char* text : {"Alice",
                             "Ольга",
                             "第3课 🍎",
                             "नमस्ते",
                             "👩🏽‍🏫 teaches",
                             "مرحبا بكم",
                             "C++ & <html>",
                             "ą̈́"}) {
        EXPECT_EQ(clean_text(text, 100), text);
    }
}

// ATTACKS A29, D06, D07
TEST(CleanText, H12RemovesWhatHidesOrDisturbs) {
    const struct {
        const char* name;
        std::string input, expected;
    } cases[] = {
        {"right-to-left override", "ali\u202Ecilop\u202C.png", "alicilop.png"},
        {"isolates", "\u2066a\u2069b", "ab"},
        {"zero width at the ends", "\u200B\u2060Alice\u200D\u200B", "Alice"},
        {"blanks and zero width take turns", " \u200B \u200B Alice \u200B ", "Alice"},
        {"byte order mark anywhere", "Al\uFEFFice", "Alice"},
        {"NUL and controls",
         std::string("A\0l\x01i\x7F"
                     "ce\x1B[31m",
                     14),
         "Alice[31m"},
        {"line breaks become blanks", "Alice\r\nadmin\u2028x", "Alice admin x"},
        {"invalid UTF-8", "A\xFFl\xC0\xAF", "A\uFFFDl\uFFFD\uFFFD"},
        {"lone surrogate", "A\xED\xA0\x80", "A\uFFFD\uFFFD\uFFFD"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(clean_text(c.input, 100), c.expected);
        EXPECT_EQ(clean_text(c.expected, 100), c.expected);
    }
}

TEST(CleanText, LimitsStacksOfMarksAndRunsOfLineBreaks) {
    std::string zalgo = "a";
    std::string mark = "\u0301";
    for (int i = 0; i < 1000; ++i)
        zalgo += mark;
    EXPECT_EQ(count_code_points(clean_text(zalgo, 5000)), 9U);
    EXPECT_EQ(clean_text("a" + std::string(100'000, '\n') + "b", 200'000, Lines::Keep),
              "a\n\n\n\nb");
    EXPECT_EQ(clean_text("a\r\n\tb", 100, Lines::Keep), "a\n\tb");
}

TEST(CleanText, CutsBetweenCodePoints) {
    EXPECT_EQ(clean_text("第3课🍎", 3), "第3课");
    EXPECT_EQ(clean_text("abc", 0), "");
    EXPECT_EQ(truncate(std::string_view("第3课🍎"), 1), "第");
    EXPECT_EQ(truncate(std::string_view("ab"), 5), "ab");
    EXPECT_EQ(count_code_points("第3课🍎"), 4U);
}

TEST(Fold, MakesTheSameTagTheSame) {
    EXPECT_EQ(fold("MathChat"), "mathchat");
    EXPECT_EQ(fold("ÄRGER"), fold("ärger"));
    EXPECT_EQ(fold("Straße"), fold("STRASSE"));
    EXPECT_EQ(fold("ＡＢＣ"), "abc");
    EXPECT_EQ(fold("ΣΊΣΥΦΟΣ"), fold("Σίσυφος"));
}

TEST(Hashtag, IsLettersDigitsAndUnderscores) {
    for (const char* good : {"mathchat", "Schule_2026", "第3课", "गणित", "тест", "a"}) {
        EXPECT_TRUE(is_hashtag(good)) << good;
    }
    for (const char* bad : {"", "123", "<script>", "two words", "a/b", "___", "a\"b"}) {
        EXPECT_FALSE(is_hashtag(bad)) << bad;
    }
}

// ATTACKS A28
TEST(HostToAscii, GivesOneSpellingOrNone) {
    EXPECT_EQ(host_to_ascii("Maple.Example"), "maple.example");
    EXPECT_EQ(host_to_ascii("schüle.example"), "xn--schle-mva.example");
    EXPECT_EQ(host_to_ascii("xn--schle-mva.example"), "xn--schle-mva.example");
    EXPECT_EQ(host_to_ascii("localhost"), "localhost");
    EXPECT_EQ(host_to_ascii("r3---sn-x.example"), "r3---sn-x.example");
    EXPECT_EQ(host_to_ascii("ｍａｐｌｅ.example"), "maple.example");
    for (const char* bad : {"",
                            ".",
                            "maple.example.",
                            "a..b",
                            "-a.example",
                            "a b.example",
                            "a@b.example",
                            "a/b",
                            "a%2eb",
                            "xn--\x80.example",
                            "\u202Ea.example"}) {
        EXPECT_EQ(host_to_ascii(bad), "") << bad;
    }
}

TEST(Utf8, IsCheckedStrictly) {
    EXPECT_TRUE(is_valid_utf8("第3课 🍎"));
    EXPECT_FALSE(is_valid_utf8("\xC0\xAF"));
    EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));
    EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));
}

TEST(Ascii, TrimsAndCompares) {
    EXPECT_EQ(trim("  a b\r\n"), "a b");
    EXPECT_EQ(trim(" \t"), "");
    EXPECT_TRUE(iequals("Date", "dATE"));
    EXPECT_FALSE(iequals("Date", "Dates"));
}

} // namespace
