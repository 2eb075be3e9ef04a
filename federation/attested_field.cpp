#include "federation/attested_field.h"

#include "base/names.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace federation {
namespace {

struct Phrase {
    std::string_view word;
    std::string_view text;
};
/// Check marks and ticked boxes, as UTF-8.
constexpr std::array<std::string_view, 7> check_marks = {
    "\u2705", "\u2713", "\u2714", "\u2611", "\U0001f5f8", "\U0001f5f9", "\U0001f5f5"};

constexpr std::array assurances{
    Phrase{"roster", "from its staff roster"},
    Phrase{"idp", "by its sign-on"},
    Phrase{"staff-check", "after a check by its staff"},
    Phrase{"vouched", "vouched for by two of its educators"},
};

std::string capitalised(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

/// What is seen of a name, letters and digits alone: also Cyrillic that looks Latin, letters in
/// circles, and hidden characters between them.
std::string seen_letters(std::string_view name) {
    std::string letters;
    for (const char c : fold(confusable_skeleton(fold(drop_invisible(name)))))
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters += c;
    return letters;
}

} // namespace

std::string attested_text(const AttestedWords& words) {
    constexpr std::size_t date_length = 10;
    const auto* how = std::ranges::find(assurances, words.assurance, &Phrase::word);
    return fmt::format("{}, confirmed by {}{}{}, until {}",
                       capitalised(words.kind),
                       words.issuer,
                       how == assurances.end() ? "" : " ",
                       how == assurances.end() ? "" : how->text,
                       words.until.substr(0, date_length));
}

bool imitates_attested_field(std::string_view field_name) {
    // Also inside a longer name: "✓ Verified educator (real)".
    static const std::array<std::string, 3> reserved = {seen_letters(attested_field_name),
                                                        seen_letters("educator verified"),
                                                        seen_letters("attested")};
    const auto seen = seen_letters(field_name);
    return std::ranges::any_of(
        reserved, [&](const std::string& name) { return seen.find(name) != std::string::npos; });
}

bool imitates_badge(std::string_view display_name) {
    const bool has_mark = std::ranges::any_of(check_marks, [&](std::string_view mark) {
        return display_name.find(mark) != std::string_view::npos;
    });
    if (has_mark) return true;
    static const std::array<std::string, 4> reserved = {seen_letters("verified"),
                                                        seen_letters("attested"),
                                                        seen_letters("checkmark"),
                                                        seen_letters("bluecheck")};
    const auto seen = seen_letters(display_name);
    return std::ranges::any_of(
        reserved, [&](const std::string& word) { return seen.find(word) != std::string::npos; });
}

} // namespace federation
