#pragma once

#include <cstdlib>

/// Proof that a target's corpus and run time reach deep code: with STAFFROOM_PLANTED_BUG set, each
/// target fails at a point that only well-formed input of some depth gets to.
inline void planted_bug(bool reached) {
    static const bool wanted = std::getenv("STAFFROOM_PLANTED_BUG") != nullptr;
    if (reached && wanted) std::abort();
}

/// A property that must hold for every input.
inline void require(bool holds) {
    if (!holds) std::abort();
}
