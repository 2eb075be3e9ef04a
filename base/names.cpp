#include "base/names.h"

#include "base/text.h"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uspoof.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <vector>

namespace {

bool is_invisible(UChar32 c) {
    const bool is_control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool is_bidi = c == 0x061C || c == 0x200E || c == 0x200F ||
                         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    const bool is_zero_width = (c >= 0x200B && c <= 0x200D) || (c >= 0x2060 && c <= 0x2064) ||
                               c == 0xFEFF || c == 0x180E || c == 0xAD;
    // Tags (U+E0001 to U+E007F) are invisible letters.
    return is_control || is_bidi || is_zero_width || (c >= 0xE0000 && c <= 0xE007F);
}

// Symbols that no normalisation makes letters of, each range from A to Z.
constexpr std::array<UChar32, 4> boxed_alphabets = {0x1F130, 0x1F150, 0x1F170, 0x1F1E6};

UChar32 unboxed(UChar32 c) {
    for (const auto first : boxed_alphabets)
        if (c >= first && c < first + 26) return 'a' + (c - first);
    return c;
}

bool is_in_word(UChar32 c) {
    return u_isUAlphabetic(c) != 0 || u_isdigit(c) != 0 || u_charType(c) == U_NON_SPACING_MARK;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

void check(UErrorCode status, const char* what) {
    if (U_FAILURE(status) != 0) throw std::runtime_error(std::string(what) + ": ICU failed");
}

/// Of a text in its decomposed form.
std::string drop_marks(std::string_view utf8) {
    const auto text =
        icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
    icu::UnicodeString kept;
    for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1))
        if (u_charType(text.char32At(at)) != U_NON_SPACING_MARK) kept.append(text.char32At(at));
    std::string out;
    return kept.toUTF8String(out);
}

struct CloseSpoof {
    void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};
struct CloseText {
    void operator()(UText* text) const { utext_close(text); }
};

} // namespace

std::string to_nfc(std::string_view utf8) {
    if (is_ascii(utf8)) return std::string(utf8);
    UErrorCode status = U_ZERO_ERROR;
    const auto* const nfc = icu::Normalizer2::getNFCInstance(status);
    check(status, "to_nfc");
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    nfc->normalizeUTF8(
        0, {utf8.data(), static_cast<std::int32_t>(utf8.size())}, sink, nullptr, status);
    return U_FAILURE(status) != 0 ? std::string(utf8) : out;
}

std::string drop_invisible(std::string_view utf8) {
    if (is_ascii(utf8)) return std::string(utf8);
    std::string out;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    const auto size = static_cast<std::int32_t>(utf8.size());
    for (std::int32_t at = 0; at < size;) {
        const auto begin = at;
        UChar32 c = 0;
        U8_NEXT(bytes, at, size, c);
        if (c >= 0 && is_invisible(c)) continue;
        out.append(
            utf8.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin)));
    }
    return out;
}

std::string shorten(std::string_view utf8, std::size_t max_characters) {
    // A character has at least one byte.
    if (utf8.size() <= max_characters) return std::string(utf8);
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> breaks(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    const std::unique_ptr<UText, CloseText> text(
        utext_openUTF8(nullptr, utf8.data(), static_cast<std::int64_t>(utf8.size()), &status));
    check(status, "shorten");
    breaks->setText(text.get(), status);
    check(status, "shorten");
    const auto end = breaks->next(static_cast<std::int32_t>(max_characters));
    if (end == icu::BreakIterator::DONE) return std::string(utf8);
    return std::string(utf8.substr(0, static_cast<std::size_t>(end)));
}

std::string confusable_skeleton(std::string_view utf8) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<USpoofChecker, CloseSpoof> checker(uspoof_open(&status));
    check(status, "confusable_skeleton");
    std::vector<char> buffer(utf8.size() * 4 + 64);
    const auto length = uspoof_getSkeletonUTF8(checker.get(),
                                               0,
                                               utf8.data(),
                                               static_cast<std::int32_t>(utf8.size()),
                                               buffer.data(),
                                               static_cast<std::int32_t>(buffer.size()),
                                               &status);
    check(status, "confusable_skeleton");
    return {buffer.data(), static_cast<std::size_t>(length)};
}

std::vector<std::string> seen_words(std::string_view utf8) {
    const auto text = drop_invisible(utf8);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    std::vector<std::string> words;
    icu::UnicodeString word;
    const auto finish = [&] {
        std::string raw;
        word.toUTF8String(raw);
        word.remove();
        if (!raw.empty()) words.push_back(fold(drop_marks(confusable_skeleton(fold(raw)))));
    };
    for (std::int32_t at = 0; at < size;) {
        UChar32 c = 0;
        U8_NEXT(bytes, at, size, c);
        c = unboxed(c);
        if (c >= 0 && is_in_word(c))
            word.append(c);
        else
            finish();
    }
    finish();
    return words;
}
