#include "moderation/filters.h"
#include "moderation/peers.h"

namespace moderation {
namespace {

db::PeerLevel level_of(const Facts& facts, const std::string& uri) {
    const auto level = facts.levels.find(uri);
    return level == facts.levels.end() ? db::PeerLevel::Unknown : level->second;
}

std::optional<Finding> gate_for_ours(const Subject& subject, const Facts& facts) {
    for (const auto& uri : subject.speaks_for) {
        if (!is_allowed(level_of(facts, uri)))
            return Finding{.verdict = Verdict::Reject, .reason = "principal-not-authorized"};
    }
    Finding finding{.verdict = Verdict::Strip, .reason = "recipient-not-authorized"};
    for (const auto& uri : subject.mentions) {
        const auto target = facts.targets.find(uri);
        if (target != facts.targets.end() && !target->second.is_authorized)
            finding.effects.stripped_mentions.push_back(uri);
    }
    if (finding.effects.stripped_mentions.empty()) return std::nullopt;
    return finding;
}

} // namespace

// Every host that the activity speaks for passes; the lowest counts, and a proof lifts none
// (POLICY section 2, ATTACKS P15).
std::optional<Finding> peer_gate(const Subject& subject, const Facts& facts) {
    if (subject.direction == Direction::Out) return gate_for_ours(subject, facts);
    for (const auto& uri : {subject.signer, subject.actor}) {
        const auto level = level_of(facts, uri);
        if (level == db::PeerLevel::Blocked)
            return Finding{.verdict = Verdict::Drop, .reason = "peer-blocked"};
        if (!is_allowed(level))
            return Finding{.verdict = Verdict::Reject, .reason = "actor-not-authorized"};
    }
    auto lowest = level_of(facts, subject.actor);
    for (const auto& uri : subject.speaks_for) {
        const auto level = level_of(facts, uri);
        if (!is_allowed(level))
            return Finding{.verdict = Verdict::Reject, .reason = "principal-not-authorized"};
        lowest = std::min(lowest, level);
    }
    // Guests reach those who asked for them by following; to others they can reply unheard.
    const bool reaches_out = subject.is_post || subject.type == "Announce";
    if (lowest == db::PeerLevel::Guest && reaches_out && !facts.sender_is_followed) {
        return Finding{
            .verdict = Verdict::Limit, .reason = "guest-stranger", .effects = {.quiet = true}};
    }
    return std::nullopt;
}

} // namespace moderation
