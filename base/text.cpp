#include "base/text.h"

#include <idn2.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

namespace {

constexpr UChar32 replacement = 0xFFFD;
constexpr int max_combining_run = 8; // Zalgo stacks hundreds; living scripts need fewer than this.
constexpr int max_line_break_run = 4;

/// Calls `visit` with each code point and the offset behind it, until it returns false.
/// Invalid bytes come as U+FFFD.
template <typename Visit>
void for_each_code_point(std::string_view text, Visit visit) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), INT32_MAX));
    std::int32_t at = 0;
    while (at < size) {
        UChar32 c = 0;
        U8_NEXT(bytes, at, size, c);
        if (!visit(c < 0 ? replacement : c, static_cast<std::size_t>(at))) return;
    }
}

void append(std::string& out, UChar32 c) {
    std::uint8_t buffer[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, c);
    out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(length));
}

bool is_line_break(UChar32 c) {
    return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/// What turns the writing direction of the text around it: embeddings, overrides, isolates.
bool turns_direction(UChar32 c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_control(UChar32 c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

bool is_combining(UChar32 c) {
    return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

/// Takes no room and joins nothing at the end of a text; there it only makes look-alikes.
bool is_zero_width(UChar32 c) {
    return (c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0x180E || c == 0x3164 || c == 0xAD;
}

std::string_view trim_zero_width(std::string_view text) {
    std::size_t begin = std::string_view::npos;
    std::size_t end = 0;
    std::size_t previous = 0;
    for_each_code_point(text, [&](UChar32 c, std::size_t behind) {
        if (!is_zero_width(c)) {
            if (begin == std::string_view::npos) begin = previous;
            end = behind;
        }
        previous = behind;
        return true;
    });
    return begin == std::string_view::npos ? std::string_view{} : text.substr(begin, end - begin);
}

/// What one code point leaves behind in a cleaned text.
class Cleaner {
  public:
    Cleaner(std::string& out, Lines lines) : out_(out), lines_(lines) {}

    /// True when the code point was kept.
    bool take(UChar32 c) {
        const bool after_return = std::exchange(last_was_return_, c == '\r');
        if (c == '\n' && after_return) return false; // The second half of CR LF.
        if (c == '\r' || is_line_break(c)) return take_line_break();
        if (c == '\t') return keep(lines_ == Lines::Keep ? '\t' : ' ');
        if (is_control(c) || turns_direction(c) || c == 0xFEFF) return false;
        if (is_combining(c)) {
            if (++combining_ > max_combining_run) return false;
        } else if (!is_zero_width(c)) {
            combining_ = 0; // A joiner between marks does not start a new letter.
        }
        return keep(c);
    }

  private:
    bool take_line_break() {
        combining_ = 0;
        if (lines_ == Lines::Join) return keep(' ');
        if (++breaks_ > max_line_break_run) return false;
        append(out_, '\n');
        return true;
    }

    bool keep(UChar32 c) {
        if (c != ' ' && c != '\t') breaks_ = 0; // Blank lines stay blank with blanks in them.
        append(out_, c);
        return true;
    }

    std::string& out_;
    Lines lines_;
    int combining_ = 0;
    int breaks_ = 0;
    bool last_was_return_ = false;
};

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_host_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
        return false;
    }
    return std::ranges::all_of(
        label, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// Letters, digits and hyphens in labels of 1 to 63 bytes, 253 in all.
bool is_ascii_host(std::string_view host) {
    if (host.empty() || host.size() > 253) return false;
    while (true) {
        const auto dot = host.find('.');
        if (!is_host_label(host.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        host.remove_prefix(dot + 1);
    }
}

} // namespace

bool is_valid_utf8(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    if (text.size() > INT32_MAX) return false;
    const auto size = static_cast<std::int32_t>(text.size());
    std::int32_t at = 0;
    while (at < size) {
        UChar32 c = 0;
        U8_NEXT(bytes, at, size, c);
        if (c < 0) return false;
    }
    return true;
}

std::string clean_text(std::string_view text, std::size_t max_code_points, Lines lines) {
    std::string out;
    out.reserve(std::min(text.size(), max_code_points));
    Cleaner cleaner(out, lines);
    std::size_t kept = 0;
    for_each_code_point(text, [&](UChar32 c, std::size_t) {
        if (cleaner.take(c)) ++kept;
        return kept < max_code_points;
    });
    if (kept > max_code_points) out.clear(); // Only with a limit of 0.
    std::string_view inner = trim_zero_width(out);
    // Blanks and zero-width characters may alternate at the ends of a name.
    while (lines == Lines::Join && trim(inner).size() != inner.size()) {
        inner = trim_zero_width(trim(inner));
    }
    return std::string(inner);
}

std::size_t count_code_points(std::string_view utf8) {
    std::size_t count = 0;
    for_each_code_point(utf8, [&](UChar32, std::size_t) {
        ++count;
        return true;
    });
    return count;
}

std::string fold(std::string_view utf8) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
    std::string out;
    if (U_SUCCESS(status) && utf8.size() <= INT32_MAX) {
        icu::StringByteSink<std::string> sink(&out);
        const icu::StringPiece source(utf8.data(), static_cast<std::int32_t>(utf8.size()));
        folding->normalizeUTF8(0, source, sink, nullptr, status);
    }
    return U_SUCCESS(status) ? out : ascii_lower(utf8);
}

bool is_hashtag(std::string_view name) {
    constexpr std::size_t max_length = 100;
    bool has_letter = false;
    bool all_allowed = true;
    for_each_code_point(name, [&](UChar32 c, std::size_t) {
        const bool letter = u_isalpha(c) != 0;
        has_letter = has_letter || letter;
        all_allowed = letter || u_isdigit(c) != 0 || is_combining(c) || c == '_' || c == 0x200C;
        return all_allowed;
    });
    return has_letter && all_allowed && count_code_points(name) <= max_length;
}

std::string truncate(std::string_view utf8, std::size_t max_code_points) {
    std::size_t count = 0;
    std::size_t end = 0;
    for_each_code_point(utf8, [&](UChar32, std::size_t behind) {
        if (++count > max_code_points) return false;
        end = behind;
        return true;
    });
    return std::string(utf8.substr(0, end));
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool iequals(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ascii_lower(a) == ascii_lower(b);
}

std::string host_to_ascii(std::string_view host) {
    std::string name = ascii_lower(host);
    // Plain names go by the rules of DNS alone: IDNA 2008 would refuse "r3---sn-x.example".
    const bool plain = is_ascii(name) && name.find("xn--") == std::string::npos;
    if (!plain) {
        if (name.find('\0') != std::string::npos || name.size() > 1000) return {};
        char* ascii = nullptr;
        const int rc = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(name.c_str()),
                                      reinterpret_cast<std::uint8_t**>(&ascii),
                                      IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
        const std::unique_ptr<char, decltype(&idn2_free)> owner(ascii, &idn2_free);
        if (rc != IDN2_OK || !ascii) return {};
        name = ascii_lower(ascii);
    }
    return is_ascii_host(name) ? name : std::string{};
}
