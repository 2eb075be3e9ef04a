#pragma once

#include "educators/keyed_hash.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// By what a student is known again in a text, as keyed hashes: every pair of a given and a family
/// name, given names alone, and numbers. No name is stored (POLICY section 2, student-privacy
/// guard). Pure.
namespace educators {

/// 64 bits of KeyedHash's.
using Mark = std::int64_t;

/// Of two words of base/name_words.h, in either order.
Mark mark_of_pair(const KeyedHash& hash, std::string_view one, std::string_view other);
Mark mark_of_given(const KeyedHash& hash, std::string_view word);
/// Of a number, a user name or an address.
Mark mark_of_identifier(const KeyedHash& hash, std::string_view identifier);

/// Whether a text may be asked for it: short ones, and ones without a digit, would hit too much.
bool is_identifier(std::string_view text);

/// "de", "van", "bin": they belong to a name and are none.
bool is_particle(std::string_view word);

/// As a roster has them. `given` and `family` may have several names each, and so may the preferred
/// ones.
struct RosterName {
    std::string_view given{};
    std::string_view family{};
    std::string_view preferred_given{};
    std::string_view preferred_family{};
};

/// Of each given with each family name, and of both written as one word.
std::vector<Mark> marks_of_pairs(const KeyedHash& hash, const RosterName& name);
/// The pairs, the given names and the identifiers; each once.
std::vector<Mark> marks_of_student(const KeyedHash& hash,
                                   const RosterName& name,
                                   const std::vector<std::string_view>& identifiers);

} // namespace educators
