// Bytes as text: hex, base64, base58. No OpenSSL: its base64 lets blanks and missing padding pass.
#include "base/crypto.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace crypto {

namespace {

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base58_alphabet =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The value of each character, or no_value.
using Positions = std::array<std::uint8_t, 256>;
constexpr std::uint8_t no_value = 255;

constexpr Positions positions(std::string_view alphabet) {
    Positions table{};
    table.fill(no_value);
    std::uint8_t value = 0;
    for (const char c : alphabet)
        table[static_cast<unsigned char>(c)] = value++;
    return table;
}

constexpr auto base64_positions = positions(base64_alphabet);
constexpr auto base64url_positions = positions(base64url_alphabet);
constexpr auto base58_positions = positions(base58_alphabet);

/// Without padding.
std::string encode_base64(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        count += 8;
        while (count >= 6) {
            count -= 6;
            out += alphabet[(bits >> static_cast<unsigned>(count)) & 63U];
        }
    }
    if (count > 0) out += alphabet[(bits << static_cast<unsigned>(6 - count)) & 63U];
    return out;
}

/// `text` has no padding any more. Bits behind the last byte must be zero, so that no two texts
/// stand for the same bytes.
std::optional<std::string> decode_base64(std::string_view text, const Positions& table) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::uint32_t value = table[static_cast<unsigned char>(c)];
        if (value == no_value) return std::nullopt;
        bits = (bits << 6U) | value;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 255U);
    }
    if ((bits & ((1U << static_cast<unsigned>(count)) - 1U)) != 0) return std::nullopt;
    return out;
}

} // namespace

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::string base64(std::string_view bytes) {
    std::string out = encode_base64(bytes, base64_alphabet);
    while (out.size() % 4 != 0)
        out += '=';
    return out;
}

std::string base64url(std::string_view bytes) {
    return encode_base64(bytes, base64url_alphabet);
}

std::string base32(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    unsigned buffer = 0;
    int bits = 0;
    for (const char c : bytes) {
        buffer = (buffer << 8) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 5; bits -= 5)
            text += alphabet[(buffer >> (bits - 5)) & 31];
    }
    if (bits > 0) text += alphabet[(buffer << (5 - bits)) & 31];
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.ends_with('=')) text.remove_suffix(1);
    if (text.ends_with('=')) text.remove_suffix(1);
    return decode_base64(text, base64_positions);
}

std::optional<std::string> base64url_decode(std::string_view text) {
    if (text.size() % 4 == 0) {
        if (text.ends_with('=')) text.remove_suffix(1);
        if (text.ends_with('=')) text.remove_suffix(1);
    }
    return decode_base64(text, base64url_positions);
}

std::string base58(std::string_view bytes) {
    const auto zeros = std::min(bytes.find_first_not_of('\0'), bytes.size());
    std::vector<unsigned> digits; // Least significant first.
    for (const char c : bytes.substr(zeros)) {
        unsigned carry = static_cast<unsigned char>(c);
        for (unsigned& digit : digits) {
            carry += digit << 8U;
            digit = carry % 58;
            carry /= 58;
        }
        for (; carry > 0; carry /= 58)
            digits.push_back(carry % 58);
    }
    std::string out(zeros, '1');
    std::ranges::reverse(digits);
    for (const unsigned digit : digits)
        out += base58_alphabet[digit];
    return out;
}

std::optional<std::string> base58_decode(std::string_view text) {
    // The work grows with the square of the length; the longest key we take has 1100 characters.
    constexpr std::size_t max_characters = 2048;
    if (text.size() > max_characters) return std::nullopt;
    const auto zeros = std::min(text.find_first_not_of('1'), text.size());
    std::vector<unsigned> bytes; // Least significant first.
    for (const char c : text.substr(zeros)) {
        unsigned carry = base58_positions[static_cast<unsigned char>(c)];
        if (carry == no_value) return std::nullopt;
        for (unsigned& byte : bytes) {
            carry += byte * 58;
            byte = carry & 255U;
            carry >>= 8U;
        }
        for (; carry > 0; carry >>= 8U)
            bytes.push_back(carry & 255U);
    }
    std::string out(zeros, '\0');
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte)
        out += static_cast<char>(*byte);
    return out;
}

} // namespace crypto
