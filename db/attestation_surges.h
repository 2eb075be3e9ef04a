#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <vector>

namespace db {

/// How many attestations of one district are new, as far as they are known here.
struct AttestationGrowth {
    std::string host{};       ///< "": our own.
    std::int64_t fresh = 0;   ///< Valid from a moment in the period that is looked at.
    std::int64_t by_hand = 0; ///< Of these: by a check of its staff, not by a roster or sign-on.
    std::int64_t before = 0;  ///< From before it, and still standing.
};

} // namespace db

namespace db::attestation_surges {

/// Every district that gave an attestation since then.
std::vector<AttestationGrowth> list(Tx& tx, Time since);

} // namespace db::attestation_surges
