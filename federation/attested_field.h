#pragma once

#include <string>
#include <string_view>

/// The profile field that says what a district attests of somebody, for software that knows no
/// attestations. Our own pages and clients' API make it from what was checked, never from a field.
namespace federation {

constexpr std::string_view attested_field_name = "Verified educator";

/// What was checked, in the words of the wire.
struct AttestedWords {
    std::string kind{};      ///< "teacher"
    std::string assurance{}; ///< "roster"
    std::string issuer{};    ///< A host.
    std::string until{};     ///< Begins with a date.
};

/// "Teacher, confirmed by cedar.example from its staff roster, until 2027-08-31". Plain text.
std::string attested_text(const AttestedWords& words);

/// Whether somebody's own field could be taken for it.
bool imitates_attested_field(std::string_view field_name);

/// Whether a display name could be taken for a badge: a check mark, also as an emoji's shortcode,
/// or the word itself, in any script.
bool imitates_badge(std::string_view display_name);

} // namespace federation
