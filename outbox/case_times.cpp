#include "outbox/case_times.h"

#include "db/covenants.h"
#include "moderation/covenant.h"
#include "moderation/peer_policies.h"

#include <algorithm>

namespace outbox {
namespace {

constexpr std::int64_t longest_hours = 24 * 365;
constexpr std::int64_t longest_days = 365;

int promised(std::int64_t wanted, int shipped, std::int64_t longest) {
    return wanted <= 0 ? shipped : static_cast<int>(std::min(wanted, longest));
}

db::cases::Times times_in(const federation::Policy& policy) {
    const db::cases::Times shipped;
    return {.acknowledge_hours =
                promised(policy.acknowledge_hours, shipped.acknowledge_hours, longest_hours),
            .decide_school_days =
                promised(policy.decide_school_days, shipped.decide_school_days, longest_days),
            .urgent_hours = promised(policy.urgent_hours, shipped.urgent_hours, longest_hours)};
}

} // namespace

db::cases::Times own_times(db::Tx& tx, const Instance& instance) {
    const auto covenant = db::covenants::newest(tx);
    return covenant ? times_in(moderation::promises_of(instance, *covenant)) : db::cases::Times{};
}

std::optional<db::cases::Times> times_of(db::Tx& tx, std::string_view host) {
    const auto peering = db::peerings::find(tx, host);
    auto policy = peering ? moderation::reviewed_policy(tx, *peering) : std::nullopt;
    if (!policy) policy = moderation::policy_of(tx, host);
    if (!policy) return std::nullopt;
    return times_in(*policy);
}

} // namespace outbox
