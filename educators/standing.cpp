#include "educators/standing.h"

#include <array>

namespace educators {
namespace {

constexpr std::array<std::string_view, 7> names = {
    "none", "attested", "status-stale", "status-lost", "expired", "revoked", "false"};

} // namespace

std::string_view to_string(Trust trust) {
    return names.at(static_cast<std::size_t>(trust));
}

Trust judge(const db::AttestationStanding& standing, Time now) {
    // Of a host that may not attest we do not even ask whether it lies.
    if (!standing.host_may_attest || standing.verdict == db::ClaimVerdict::Unchecked)
        return Trust::None;
    if (standing.verdict != db::ClaimVerdict::Valid) return Trust::False;
    if (standing.revoked) return Trust::Revoked;
    if (now >= standing.valid_until) return Trust::Expired;
    if (now < standing.valid_from || !standing.status_at) return Trust::None;
    const auto age = now - *standing.status_at;
    if (age >= status_lost_after) return Trust::StatusLost;
    if (age >= status_stale_after) return Trust::StatusStale;
    return Trust::Attested;
}

} // namespace educators
