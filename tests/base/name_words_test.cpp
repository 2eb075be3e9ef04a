#include "base/name_words.h"

#include <gtest/gtest.h>

namespace {

std::string shown(std::string_view text) {
    std::string out;
    for (const auto& word : name_words(text, 100)) {
        if (!out.empty() && out.back() != '-' && out.back() != '\n') out += ' ';
        out += word.is_capital ? "^" + word.text : word.text;
        if (word.is_glued) out += '-';
        if (word.ends_sentence) out += '\n';
    }
    return out;
}

TEST(NameWords, CutsAsNamesAreCompared) {
    const struct {
        const char* text;
        const char* words;
    } cases[] = {
        {"", ""},
        {"Maya Okafor", "^maya ^okafor"},
        {"Maya's and O'Brien’s", "^maya and ^obrien"},
        {"Anne-Marie", "^anne-^marie"},
        {"#MayaOkafor", "^maya-^okafor"},
        {"José JOSE\u0301 Łukasz Straße", "^jose ^jose ^lukasz ^strasse"},
        {"Ma\u00ADya", "^maya"},
        {"Dr. Haddad. Next", "^dr ^haddad\n^next"},
        {"J. Okafor", "^j ^okafor"},
        {"a.b c\nd", "a b c\nd"},
        {"小明", "^小明"},
        {"\xff\xfe x\xc3", "x"},
        {"dogs' bones", "dogs bones"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(shown(c.text), c.words) << c.text;
    EXPECT_EQ(name_words("a b c d", 2).size(), 2U);
}

} // namespace
