#include "moderation/filters.h"

namespace moderation {

// 8: a member behind a shield (moderation/shield.h). What strangers write goes on, since the
// notification policy puts it aside; nothing of theirs spreads further. Of ours only boosts and
// quotes are refused, which are closed while a shield is up. When ours make up a pile on somebody
// elsewhere, they and their moderators are told, and nothing is stopped (outbox/pile.h): what is
// said there is judged by its words, not by how many say it.
std::optional<Finding> burst(const Subject& subject, const Facts& facts) {
    // A report goes to the moderators, and taking something back comes near nobody.
    if (subject.type == "Flag" || subject.type == "Undo") return std::nullopt;
    const auto is_kept_off = [&](const std::string& uri) {
        const auto found = facts.targets.find(uri);
        return found != facts.targets.end() && found->second.is_shielded &&
               !found->second.knows_sender;
    };
    if (subject.direction == Direction::Out) {
        const bool spreads = subject.type == "Announce" || subject.type == "QuoteRequest";
        if (spreads && facts.object_owner != subject.actor && is_kept_off(facts.object_owner))
            return Finding{.verdict = Verdict::Reject, .reason = "shielded"};
        return std::nullopt;
    }
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
