#include "moderation/filters.h"

#include <algorithm>

namespace moderation {
namespace {

constexpr std::size_t many = 8;
constexpr std::size_t flood = 25;

// Ours: only people who do not follow the author are strangers, so that a teacher can address a
// whole department.
std::size_t count_strangers(const Subject& subject, const Facts& facts) {
    return static_cast<std::size_t>(std::ranges::count_if(subject.mentions, [&](const auto& uri) {
        const auto target = facts.targets.find(uri);
        return target == facts.targets.end() || !target->second.follows_sender;
    }));
}

} // namespace

// Spam waves are new accounts that mention dozens of strangers (ATTACKS D12). Accounts that someone
// here follows are trusted. The numbers are those of POLICY section 2.
std::optional<Finding> first_contact(const Subject& subject, const Facts& facts) {
    if (!subject.is_post) return std::nullopt;
    if (subject.direction == Direction::Out) {
        if (count_strangers(subject, facts) <= flood) return std::nullopt;
        // A member with a list of names may have a good reason: a person looks.
        return Finding{.verdict = Verdict::Hold, .reason = "mention-flood"};
    }
    if (facts.sender_is_followed || subject.mentions.size() <= many) return std::nullopt;
    const auto level = facts.levels.find(subject.actor);
    const bool is_guest = level == facts.levels.end() || level->second <= db::PeerLevel::Guest;
    const bool is_flood = subject.mentions.size() > flood;
    if (is_flood && is_guest) return Finding{.verdict = Verdict::Hold, .reason = "mention-flood"};
    return Finding{.verdict = Verdict::Limit,
                   .reason = is_flood ? "mention-flood" : "many-mentions",
                   .effects = {.quiet = true}};
}

} // namespace moderation
