#include "base/words.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace {

const std::uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

UChar32 first_of(std::string_view text) {
    UChar32 c = 0;
    std::int32_t at = 0;
    U8_NEXT(bytes_of(text), at, static_cast<std::int32_t>(text.size()), c);
    return c;
}

UChar32 last_of(std::string_view text) {
    UChar32 c = 0;
    auto at = static_cast<std::int32_t>(text.size());
    U8_PREV(bytes_of(text), 0, at, c);
    return c;
}

/// Part of a word whose end a blank or a sign would tell.
bool joins(UChar32 c) {
    constexpr std::uint32_t word = U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK;
    if (c < 0 || (U_GET_GC_MASK(c) & word) == 0) return false;
    auto error = U_ZERO_ERROR;
    const auto script = uscript_getScript(c, &error);
    return U_FAILURE(error) || uscript_breaksBetweenLetters(script) == 0;
}

bool is_whole(std::string_view text, std::size_t at, std::string_view phrase) {
    const auto before = text.substr(0, at);
    const auto after = text.substr(at + phrase.size());
    if (!before.empty() && joins(first_of(phrase)) && joins(last_of(before))) return false;
    return after.empty() || !joins(last_of(phrase)) || !joins(first_of(after));
}

bool is_modifier(UChar32 c) {
    constexpr UChar32 joiner = 0x200D;
    constexpr UChar32 keycap = 0x20E3;
    return c == joiner || c == keycap || u_hasBinaryProperty(c, UCHAR_VARIATION_SELECTOR) != 0 ||
           u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) != 0 || (c >= 0xE0020 && c <= 0xE007F);
}

} // namespace

bool holds_phrase(std::string_view text, std::string_view phrase, Words words) {
    if (phrase.empty()) return false;
    for (auto at = text.find(phrase); at != std::string_view::npos;
         at = text.find(phrase, at + 1)) {
        if (words == Words::Parts || is_whole(text, at, phrase)) return true;
    }
    return false;
}

bool is_emoji(std::string_view text) {
    constexpr std::size_t longest = 64;
    if (text.empty() || text.size() > longest) return false;
    constexpr UChar32 joiner = 0x200D;
    const auto size = static_cast<std::int32_t>(text.size());
    int pictures = 0;
    int indicators = 0;
    bool is_joined = false;
    bool has_sign = false; // What turns a digit into an emoji, or is one by itself.
    for (std::int32_t at = 0; at < size;) {
        UChar32 c = 0;
        U8_NEXT(bytes_of(text), at, size, c);
        if (c < 0) return false;
        const bool is_first = pictures == 0 && indicators == 0;
        if (u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR) != 0) {
            if (pictures > 0 || ++indicators > 2) return false;
            has_sign = true;
        } else if (is_modifier(c) && !is_first) {
            has_sign = has_sign || c > 0x7F;
        } else if (u_hasBinaryProperty(c, UCHAR_EMOJI) != 0 && (is_first || is_joined)) {
            ++pictures;
            has_sign = has_sign || c > 0x7F;
        } else {
            return false;
        }
        is_joined = c == joiner;
    }
    return has_sign && !is_joined && indicators != 1;
}
