#include "base/text.h"
#include "base/words.h"

#include <gtest/gtest.h>

namespace {

TEST(HoldsPhrase, FindsWordsOfAnyScript) {
    const struct {
        const char* text;
        const char* phrase;
        bool whole, part;
    } cases[] = {
        {"I saw a zebra today", "zebra", true, true},
        {"I saw zebras today", "zebra", false, true},
        {"zebra", "zebra", true, true},
        {"zebra-like", "zebra", true, true},
        {"#zebra!", "zebra", true, true},
        {"zebra_like", "zebra", false, true},
        {"3zebra", "zebra", false, true},
        {"azebra and a zebra", "zebra", true, true},
        {"ZEBRA", "zebra", true, true},
        {"Große Straße", "STRASSE", true, true},
        {"préétabli", "é", false, true},
        {"e\u0301tude", "\u00e9tude", true, true},
        {"ｆｕｌｌ width", "full", true, true},
        {"школа закрыта", "школа", true, true},
        {"школам", "школа", false, true},
        {"東京都に行く", "京都", true, true},
        {"ไปโรงเรียน", "โรงเรียน", true, true},
        {"two  words", "two words", false, false},
        {"two words here", "two words", true, true},
        {"(c++) is hard", "c++", true, true},
        {"c++11", "c++", true, true},
        {"nothing", "zebra", false, false},
        {"", "zebra", false, false},
        {"text", "", false, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.text) + " | " + c.phrase);
        EXPECT_EQ(holds_phrase(fold(c.text), fold(c.phrase), Words::Whole), c.whole);
        EXPECT_EQ(holds_phrase(fold(c.text), fold(c.phrase), Words::Parts), c.part);
    }
}

TEST(IsEmoji, TakesOneEmojiAndNothingElse) {
    for (const auto* emoji : {"👍",
                              "👍🏽",
                              "❤️",
                              "🇩🇪",
                              "👩‍🏫",
                              "🏴‍☠️",
                              "3️⃣",
                              "👨‍👩‍👧‍👦",
                              "☂"})
        EXPECT_TRUE(is_emoji(emoji)) << emoji;
    for (const auto* other :
         {"", "a", "3", "#", "👍👍", "👍a", "🇩", "🇩🇪🇫", "<b>", "\xff", "👍‍", "blobcat", "é"})
        EXPECT_FALSE(is_emoji(other)) << other;
    std::string many;
    for (int i = 0; i < 40; ++i)
        many += "👩‍";
    EXPECT_FALSE(is_emoji(many));
}

} // namespace
