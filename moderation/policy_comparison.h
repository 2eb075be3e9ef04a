#pragma once

#include "federation/policy.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace moderation {

/// One thing in which two policies differ, as a sentence.
struct PolicyChange {
    std::string text{};
    bool weaker = false; ///< The other one promises less here.
};

/// What the second of two policies is beside the first.
enum class Beside {
    Earlier,  ///< The first is an earlier version of the same district's: "now", "before".
    Neighbour ///< The first is ours: "there", "here".
};

/// How `other` differs from `base`, in the order of the document; empty when they promise the same.
/// Weaker are: a clause or a key of the history that is missing; one more kind of member, way of
/// knowing them, or partners; any check, answer or decision that comes later; records kept shorter;
/// no contact any more. What is merely another (text, languages, address) is told and not weaker.
/// Pure.
std::vector<PolicyChange> compare(const federation::Policy& base,
                                  const federation::Policy& other,
                                  Beside beside);

bool is_weaker(const std::vector<PolicyChange>& changes);

/// What a clause says, for those that are shipped; the id itself for others'.
std::string clause_text(std::string_view id);

/// A clause that every Staffroom knows by its id.
struct Clause {
    std::string_view id;
    std::string_view text;
};
std::span<const Clause> known_clauses();

} // namespace moderation
