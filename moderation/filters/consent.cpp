#include "moderation/filters.h"

#include <algorithm>

namespace moderation {
namespace {

const Target* find_target(const Facts& facts, const std::string& uri) {
    const auto target = facts.targets.find(uri);
    return target == facts.targets.end() ? nullptr : &target->second;
}

bool blocks(const Facts& facts, const std::string& uri) {
    const Target* target = find_target(facts, uri);
    return target != nullptr && target->blocks_sender;
}

// Ending something, or asking moderators for help, needs nobody's consent.
bool needs_consent(const std::string& type) {
    constexpr std::array<std::string_view, 11> types = {"Follow",
                                                        "Create",
                                                        "Update",
                                                        "Like",
                                                        "EmojiReact",
                                                        "Announce",
                                                        "QuoteRequest",
                                                        "Join",
                                                        "Invite",
                                                        "Offer",
                                                        "Add"};
    return std::ranges::find(types, type) != types.end();
}

std::optional<Finding> consent_elsewhere(const Subject& subject, const Facts& facts) {
    if (blocks(facts, facts.object_owner))
        return Finding{.verdict = Verdict::Reject, .reason = "blocked"};
    Finding finding{.verdict = Verdict::Strip, .reason = "blocked"};
    for (const auto& uri : subject.mentions)
        if (blocks(facts, uri)) finding.effects.stripped_mentions.push_back(uri);
    if (finding.effects.stripped_mentions.empty()) return std::nullopt;
    return finding;
}

} // namespace

// Blocks of single people. The blocked are told nothing, so the verdict is drop; who is mentioned
// beside others only loses the mention.
std::optional<Finding> consent(const Subject& subject, const Facts& facts) {
    if (!needs_consent(subject.type)) return std::nullopt;
    if (subject.direction == Direction::Out) return consent_elsewhere(subject, facts);
    if (blocks(facts, facts.object_owner))
        return Finding{.verdict = Verdict::Drop, .reason = "blocked"};
    Finding finding{.verdict = Verdict::Strip, .reason = "blocked"};
    bool reaches_others = facts.sender_is_followed || facts.object_is_ours;
    for (const auto& uri : subject.mentions) {
        if (blocks(facts, uri)) finding.effects.stripped_mentions.push_back(uri);
    }
    for (const auto* list : {&subject.mentions, &subject.recipients}) {
        for (const auto& uri : *list)
            reaches_others = reaches_others || (find_target(facts, uri) && !blocks(facts, uri));
    }
    if (finding.effects.stripped_mentions.empty()) return std::nullopt;
    if (!reaches_others) return Finding{.verdict = Verdict::Drop, .reason = "blocked"};
    return finding;
}

} // namespace moderation
