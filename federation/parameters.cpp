#include "federation/parameters.h"

#include "base/text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace federation {

namespace {

constexpr std::size_t max_header_bytes = 16'384;

bool is_name_part(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f && c != '\\';
}

std::size_t length_of(std::string_view text, bool (*fits)(char)) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, fits) - text.begin());
}

/// Takes one pair from the front of `rest`.
std::optional<NamedValue> take_pair(std::string_view& rest) {
    const auto name = rest.substr(0, length_of(rest, is_name_part));
    rest.remove_prefix(name.size());
    if (name.empty() || !rest.starts_with('=')) return std::nullopt;
    rest.remove_prefix(1);
    if (!rest.starts_with('"')) {
        const auto number = rest.substr(0, length_of(rest, is_digit));
        rest.remove_prefix(number.size());
        if (number.empty()) return std::nullopt;
        return NamedValue{.name = ascii_lower(name), .value = std::string(number)};
    }
    const auto end = rest.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    const auto value = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (!std::ranges::all_of(value, is_plain)) return std::nullopt;
    return NamedValue{.name = ascii_lower(name), .value = std::string(value)};
}

} // namespace

Result<std::vector<NamedValue>> parse_parameters(std::string_view header) {
    const Error malformed{.kind = Error::Kind::Invalid, .detail = "header parameters: malformed"};
    if (header.size() > max_header_bytes) return malformed;
    std::vector<NamedValue> pairs;
    auto rest = trim(header);
    for (;;) {
        auto pair = take_pair(rest);
        if (!pair || find(pairs, pair->name) != nullptr) return malformed;
        pairs.push_back(std::move(*pair));
        rest = trim(rest);
        if (rest.empty()) return pairs;
        if (!rest.starts_with(',')) return malformed;
        rest = trim(rest.substr(1));
    }
}

const std::string* find(const std::vector<NamedValue>& parameters, std::string_view name) {
    const auto found = std::ranges::find(parameters, name, &NamedValue::name);
    return found == parameters.end() ? nullptr : &found->value;
}

} // namespace federation
