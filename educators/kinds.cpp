#include "educators/kinds.h"

#include <algorithm>
#include <array>

namespace educators {
namespace {

constexpr std::array<std::string_view, 9> kinds = {
    "teacher",
    "aide",
    "counselor",
    "librarian",
    "leader",
    "technology",
    "pre-service",
    "substitute",
    "retired",
};
constexpr std::array<std::string_view, 4> assurances = {"roster", "idp", "staff-check", "vouched"};

template <typename Enum, std::size_t size>
std::optional<Enum> find(const std::array<std::string_view, size>& names, std::string_view text) {
    const auto* found = std::ranges::find(names, text);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

} // namespace

std::string_view to_string(Kind kind) {
    return kinds.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(Assurance assurance) {
    return assurances.at(static_cast<std::size_t>(assurance));
}

std::optional<Kind> parse_kind(std::string_view text) {
    return find<Kind>(kinds, text);
}

std::optional<Assurance> parse_assurance(std::string_view text) {
    return find<Assurance>(assurances, text);
}

std::span<const std::string_view> kind_names() {
    return kinds;
}

} // namespace educators
