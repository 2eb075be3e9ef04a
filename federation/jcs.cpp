#include "federation/jcs.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace federation {

namespace {

constexpr double max_exact = 9007199254740992.0; // 2^53
constexpr double exponent_from = 1e21;

Error invalid(const char* why) {
    return {.kind = Error::Kind::Invalid, .detail = fmt::format("JCS: {}", why)};
}

/// Shortest digits that read back as the same number, and the power of ten before the first one:
/// 123.4 is ("1234", 3).
std::pair<std::string, int> digits_of(double number) {
    std::array<char, 40> buffer{};
    const auto written = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
    const std::string_view text(buffer.data(),
                                static_cast<std::size_t>(written.ptr - buffer.data()));
    const auto e = text.find('e');
    std::string digits;
    std::ranges::copy_if(
        text.substr(0, e), std::back_inserter(digits), [](char c) { return c != '.'; });
    int exponent = 0;
    auto power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    return {digits, exponent + 1};
}

std::string quote(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
            } else {
                out += c;
            }
        }
    }
    return out + '"';
}

/// Order of UTF-16 code units, told from UTF-8: it is byte order, but that code points beyond the
/// basic plane (lead byte F0 and up) begin with a surrogate, D800 to DFFF, and so stand before
/// U+E000 to U+FFFF (lead bytes EE and EF).
bool utf16_less(std::string_view a, std::string_view b) {
    const auto [at_a, at_b] = std::ranges::mismatch(a, b);
    if (at_a == a.end() || at_b == b.end()) return at_a == a.end() && at_b != b.end();
    const auto x = static_cast<unsigned char>(*at_a);
    const auto y = static_cast<unsigned char>(*at_b);
    const auto is_astral = [](unsigned char byte) { return byte >= 0xf0; };
    const auto is_after_surrogates = [](unsigned char byte) {
        return byte == 0xee || byte == 0xef;
    };
    if (is_astral(x) && is_after_surrogates(y)) return true;
    if (is_after_surrogates(x) && is_astral(y)) return false;
    return x < y;
}

/// Depth is bounded by parse_json, which is where foreign documents come from.
class Writer {
  public:
    bool write(const Json& value) {
        switch (value.type()) {
        case Json::value_t::null:
            out_ += "null";
            return true;
        case Json::value_t::boolean:
            out_ += value.get<bool>() ? "true" : "false";
            return true;
        case Json::value_t::string:
            return string(value.get_ref<const std::string&>());
        case Json::value_t::object:
            return object(value);
        case Json::value_t::array:
            return array(value);
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float:
            return number(value);
        default:
            return fail("no JSON value");
        }
    }
    Result<std::string> finish() && {
        if (error_) return *error_;
        return std::move(out_);
    }

  private:
    bool fail(const char* why) {
        error_ = invalid(why);
        return false;
    }

    bool string(const std::string& text) {
        if (!is_valid_utf8(text)) return fail("not UTF-8");
        out_ += quote(text);
        return true;
    }

    bool number(const Json& value) {
        if (value.is_number_float()) {
            const auto real = value.get<double>();
            if (!std::isfinite(real)) return fail("number is not finite");
            // An integer that does not fit 64 bits was read as a double, and has lost digits.
            const bool prints_as_integer =
                std::trunc(real) == real && std::fabs(real) < exponent_from;
            if (prints_as_integer && std::fabs(real) > max_exact)
                return fail("integer beyond 2^53");
            out_ += format_ecmascript(real);
            return true;
        }
        constexpr std::int64_t limit = 9007199254740992;
        const bool too_big =
            value.is_number_unsigned()
                ? value.get<std::uint64_t>() > std::uint64_t{limit}
                : value.get<std::int64_t>() > limit || value.get<std::int64_t>() < -limit;
        if (too_big) {
            return fail("integer beyond 2^53");
        }
        out_ += std::to_string(value.get<std::int64_t>());
        return true;
    }

    bool array(const Json& value) {
        out_ += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i > 0) out_ += ',';
            if (!write(value[i])) return false;
        }
        out_ += ']';
        return true;
    }

    bool object(const Json& value) {
        std::vector<Json::const_iterator> members;
        members.reserve(value.size());
        for (auto member = value.begin(); member != value.end(); ++member)
            members.push_back(member);
        std::ranges::sort(members, utf16_less, [](const auto& member) -> const std::string& {
            return member.key();
        });
        out_ += '{';
        for (const auto& member : members) {
            if (out_.back() != '{') out_ += ',';
            if (!string(member.key())) return false;
            out_ += ':';
            if (!write(*member)) return false;
        }
        out_ += '}';
        return true;
    }

    std::string out_;
    std::optional<Error> error_;
};

} // namespace

std::string format_ecmascript(double number) {
    if (number == 0) return "0"; // also -0
    if (number < 0) return '-' + format_ecmascript(-number);
    const auto [digits, point] = digits_of(number);
    const auto count = static_cast<int>(digits.size());
    if (point > 21 || point <= -6) {
        const std::string fraction = count > 1 ? '.' + digits.substr(1) : "";
        return fmt::format(
            "{}{}e{}{}", digits[0], fraction, point > 0 ? "+" : "-", std::abs(point - 1));
    }
    if (point <= 0) return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    if (point >= count) return digits + std::string(static_cast<std::size_t>(point - count), '0');
    const auto whole = static_cast<std::size_t>(point);
    return digits.substr(0, whole) + '.' + digits.substr(whole);
}

Result<std::string> canonicalize(const Json& value) {
    Writer writer;
    writer.write(value);
    return std::move(writer).finish();
}

} // namespace federation
