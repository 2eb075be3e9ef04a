#include "mail/message.h"

#include "base/crypto.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace mail {
namespace {

constexpr std::size_t max_line = 76;          ///< RFC 2045 section 6.7.
constexpr std::size_t max_encoded_bytes = 42; ///< Of one encoded word, before base64 (RFC 2047).

bool is_header_safe(std::string_view text) {
    return is_valid_utf8(text) && std::ranges::all_of(text, [](char c) {
               return static_cast<unsigned char>(c) >= ' ' && c != 0x7f;
           });
}

bool is_address(std::string_view text) {
    return !text.empty() && text.find('@') != std::string_view::npos &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; }) &&
           text.find_first_of("<>,;\"") == std::string_view::npos;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

// RFC 2047: never cut inside a character.
std::string encoded_words(std::string_view text) {
    std::string words;
    while (!text.empty()) {
        auto end = std::min(text.size(), max_encoded_bytes);
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
            --end;
        if (!words.empty()) words += "\r\n ";
        words += "=?UTF-8?B?" + crypto::base64(text.substr(0, end)) + "?=";
        text.remove_prefix(end);
    }
    return words;
}

std::string header_text(std::string_view text) {
    constexpr std::size_t short_enough = 60;
    if (is_ascii(text) && text.size() <= short_enough) return std::string(text);
    return encoded_words(text);
}

std::string display_name(std::string_view name) {
    if (!is_ascii(name)) return encoded_words(name);
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "\"";
}

std::string quoted_printable_line(std::string_view line) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto byte = static_cast<unsigned char>(line[i]);
        const bool is_last_blank = (byte == ' ' || byte == '\t') && i + 1 == line.size();
        const bool is_plain =
            ((byte > ' ' && byte < 0x7f && byte != '=') || byte == ' ' || byte == '\t') &&
            !is_last_blank;
        const auto piece = is_plain ? std::string(1, line[i])
                                    : fmt::format("={:02X}", static_cast<unsigned>(byte));
        if (column + piece.size() > max_line - 1) {
            out += "=\r\n";
            column = 0;
        }
        out += piece;
        column += piece.size();
    }
    return out;
}

std::string quoted_printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        out += quoted_printable_line(line) + "\r\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// RFC 5322 section 3.3: "+0000" instead of the obsolete "GMT".
std::string date_text(Time date) {
    auto text = format_http_date(date);
    text.replace(text.size() - 3, 3, "+0000");
    return text;
}

} // namespace

Result<std::string> render_message(const Message& m) {
    const Error refused{Error::Kind::Invalid, "mail: a header that would break its line"};
    if (!is_header_safe(m.subject) || !is_header_safe(m.from_name)) return refused;
    if (!is_address(m.from) || !is_address(m.to) || !is_address(m.id)) return refused;
    return fmt::format("From: {} <{}>\r\n"
                       "To: <{}>\r\n"
                       "Subject: {}\r\n"
                       "Date: {}\r\n"
                       "Message-ID: <{}>\r\n"
                       "Auto-Submitted: auto-generated\r\n"
                       "MIME-Version: 1.0\r\n"
                       "Content-Type: text/plain; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: quoted-printable\r\n"
                       "\r\n"
                       "{}",
                       display_name(m.from_name),
                       m.from,
                       m.to,
                       header_text(m.subject),
                       date_text(m.date),
                       m.id,
                       quoted_printable(m.text));
}

} // namespace mail
