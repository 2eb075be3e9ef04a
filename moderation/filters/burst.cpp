#include "moderation/filters.h"

namespace moderation {

// 8: a member behind a shield (moderation/shield.h). What strangers write goes on, since the
// notification policy puts it aside; nothing of theirs spreads further.
std::optional<Finding> burst(const Subject& subject, const Facts& facts) {
    // A report goes to the moderators, and taking something back comes near nobody.
    if (subject.direction == Direction::Out || subject.type == "Flag" || subject.type == "Undo")
        return std::nullopt;
    const auto is_kept_off = [&](const std::string& uri) {
        const auto found = facts.targets.find(uri);
        return found != facts.targets.end() && found->second.is_shielded &&
               !found->second.knows_sender;
    };
    if (is_kept_off(facts.object_owner)) {
        if (subject.type == "QuoteRequest")
            return Finding{.verdict = Verdict::Hold, .reason = "shielded"};
        return Finding{.verdict = Verdict::Limit, .reason = "shielded", .effects = {.quiet = true}};
    }
    for (const auto& uri : subject.mentions) {
        // Others whom it mentions hear of it as always.
        if (is_kept_off(uri)) return Finding{.verdict = Verdict::Limit, .reason = "shielded"};
    }
    return std::nullopt;
}

} // namespace moderation
