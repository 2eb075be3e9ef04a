#pragma once

#include "base/time.h"
#include "db/attestation_claims.h"

#include <chrono>
#include <string_view>

namespace educators {

/// A copy of a status list is good for so long before somebody is admitted by it.
constexpr std::chrono::minutes status_good_for{15};
/// A list that cannot be had degrades step by step, so that an outage silences no district at once
/// (POLICY section 1).
constexpr std::chrono::days status_stale_after{3};
constexpr std::chrono::days status_lost_after{14};

/// What an account's attestation is worth now.
enum class Trust {
    None,        ///< There is none, or none that counts here: its host is no member.
    Attested,    ///< All checks passed.
    StatusStale, ///< The same, but its status is not known since 3 days.
    StatusLost,  ///< Not since 14 days.
    Expired,     ///< Its time is over.
    Revoked,     ///< Its issuer took it back.
    False,       ///< It does not hold: altered, copied, or by somebody who may not issue it.
};

std::string_view to_string(Trust trust); ///< "none", "attested", "status-stale", ...

/// Pure. An attestation that is not checked yet, not valid yet, or whose status never was known, is
/// None.
Trust judge(const db::AttestationStanding& standing, Time now);

} // namespace educators
