#include "base/name_words.h"

#include "base/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

namespace {

/// Letters that are no letter and accent to Unicode, and are written without their stroke.
std::string_view plain_letter(UChar32 c) {
    switch (c) {
    case 0xE6:
        return "ae";
    case 0xF0:
    case 0x111:
        return "d";
    case 0xF8:
        return "o";
    case 0xFE:
        return "th";
    case 0x131:
        return "i";
    case 0x142:
        return "l";
    case 0x153:
        return "oe";
    default:
        return {};
    }
}

bool is_accent(UChar32 c) {
    return u_charType(c) == U_NON_SPACING_MARK;
}

std::string without_accents(std::string_view word) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* const nfd = icu::Normalizer2::getNFDInstance(status);
    if (U_FAILURE(status) != 0) throw std::runtime_error("name_words: ICU failed");
    const auto folded = fold(word);
    std::string apart;
    icu::StringByteSink<std::string> sink(&apart);
    nfd->normalizeUTF8(0, folded, sink, nullptr, status);
    std::string plain;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(apart.data());
    const auto size = static_cast<std::int32_t>(apart.size());
    for (std::int32_t at = 0; at < size;) {
        const auto begin = at;
        UChar32 c = 0;
        U8_NEXT(bytes, at, size, c);
        if (c < 0 || is_accent(c)) continue;
        const auto other = plain_letter(c);
        if (other.empty())
            plain.append(
                apart, static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin));
        else
            plain += other;
    }
    return plain;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

bool is_apostrophe(UChar32 c) {
    return c == '\'' || c == '`' || c == 0x2019 || c == 0x2BC || c == 0x2018;
}

bool is_hyphen(UChar32 c) {
    return c == '-' || c == 0x2010 || c == 0x2011;
}

bool is_of_word(UChar32 c) {
    return u_isalnum(c) != 0 || is_accent(c) || u_charType(c) == U_COMBINING_SPACING_MARK;
}

bool is_shortened(std::string_view word) {
    constexpr std::array<std::string_view, 9> known = {
        "mr", "mrs", "ms", "mx", "dr", "jr", "sr", "st", "prof"};
    return word.size() == 1 || std::ranges::find(known, word) != known.end();
}

class Cutter {
  public:
    Cutter(std::string_view text, std::size_t most) : text_(text), most_(most) {}

    std::vector<NameWord> cut() {
        while (at_ < size() && words_.size() < most_)
            take(next());
        end_piece();
        return std::move(words_);
    }

  private:
    std::int32_t size() const { return static_cast<std::int32_t>(text_.size()); }

    UChar32 next() {
        UChar32 c = 0;
        begin_ = at_;
        U8_NEXT(reinterpret_cast<const std::uint8_t*>(text_.data()), at_, size(), c);
        return c;
    }
    UChar32 peek(std::int32_t from) const {
        if (from >= size()) return ' ';
        UChar32 c = 0;
        U8_NEXT(reinterpret_cast<const std::uint8_t*>(text_.data()), from, size(), c);
        return c;
    }

    void take(UChar32 c) {
        if (c >= 0x80 && u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0) return;
        if (c >= 0 && is_of_word(c)) return add(c);
        if (is_apostrophe(c) && !piece_.empty() && u_isalpha(peek(at_)) != 0) {
            // Of "Maya's" the name; "O'Brien" is one word.
            const auto letter = peek(at_);
            const bool is_possessive =
                (letter == 's' || letter == 'S') && !is_of_word(peek(at_ + 1));
            if (!is_possessive) return;
            ++at_;
            return end_piece();
        }
        const bool was_word = !piece_.empty();
        end_piece();
        if (words_.empty()) {
            if (c == '\n') ++line_;
            return;
        }
        if (is_hyphen(c) && was_word && is_of_word(peek(at_))) words_.back().is_glued = true;
        if (c == '\n') {
            ++line_;
            words_.back().ends_sentence = true;
        }
        const bool is_end = c == '!' || c == '?' || (c == '.' && !is_shortened(words_.back().text));
        if (is_end && !is_of_word(peek(at_))) words_.back().ends_sentence = true;
    }

    void add(UChar32 c) {
        const bool is_upper = u_isUUppercase(c) != 0;
        if (is_upper && was_lower_) {
            end_piece();
            if (!words_.empty()) words_.back().is_glued = true;
        }
        if (piece_.empty()) is_capital_ = is_upper || u_hasBinaryProperty(c, UCHAR_CASED) == 0;
        was_lower_ = u_isULowercase(c) != 0;
        piece_.append(
            text_.substr(static_cast<std::size_t>(begin_), static_cast<std::size_t>(at_ - begin_)));
    }

    void end_piece() {
        was_lower_ = false;
        if (piece_.empty()) return;
        words_.push_back({.text = is_ascii(piece_) ? ascii_lower(piece_) : without_accents(piece_),
                          .is_capital = is_capital_,
                          .line = line_});
        piece_.clear();
    }

    std::string_view text_;
    std::size_t most_;
    std::int32_t at_ = 0;
    std::int32_t begin_ = 0; ///< Of the character last read.
    std::string piece_;
    bool is_capital_ = false;
    bool was_lower_ = false;
    std::size_t line_ = 0;
    std::vector<NameWord> words_;
};

} // namespace

std::vector<NameWord> name_words(std::string_view utf8, std::size_t most) {
    return Cutter(utf8, most).cut();
}
