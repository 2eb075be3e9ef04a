#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace educators {

/// What somebody is in the world of schools, as it travels (POLICY section 1). Principals and
/// administrators of a roster are leaders, its system administrators are technology.
enum class Kind {
    Teacher,
    Aide,
    Counselor,
    Librarian,
    Leader,
    Technology,
    PreService,
    Substitute,
    Retired,
};

/// How we know.
enum class Assurance { Roster, Idp, StaffCheck, Vouched };

std::string_view to_string(Kind kind);           ///< "teacher", ..., "pre-service".
std::string_view to_string(Assurance assurance); ///< "roster", "idp", "staff-check", "vouched".
/// Only what to_string gives: names on the wire are compared byte for byte.
std::optional<Kind> parse_kind(std::string_view text);
std::optional<Assurance> parse_assurance(std::string_view text);

/// In the order of the enumeration; for forms and the command line.
std::span<const std::string_view> kind_names();

} // namespace educators
