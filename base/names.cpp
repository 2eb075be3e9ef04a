#include "base/names.h"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uspoof.h>
#include <unicode/utext.h>

#include <algorithm>
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

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

void check(UErrorCode status, const char* what) {
    if (U_FAILURE(status) != 0) throw std::runtime_error(std::string(what) + ": ICU failed");
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
