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

// Two sponsors are less than a roster (POLICY section 1): no first contact. To answer openly what
// somebody posted is none. From elsewhere only the mentions are taken out: the post may have other
// readers.
std::optional<Finding> vouched_contact(const Subject& subject, const Facts& facts) {
    auto strangers = strangers_of(subject, facts);
    if (subject.visibility != db::Visibility::Direct) std::erase(strangers, facts.object_owner);
    // An edit may keep whom it reached.
    std::erase_if(strangers, [&](const auto& uri) {
        return std::ranges::find(subject.addressed, uri) != subject.addressed.end();
    });
    if (strangers.empty()) return std::nullopt;
    constexpr std::string_view reason = "vouched-first-contact";
    if (subject.direction == Direction::Out)
        return Finding{.verdict = Verdict::Reject, .reason = reason};
    return Finding{.verdict = Verdict::Strip,
                   .reason = reason,
                   .effects = {.stripped_mentions = std::move(strangers)}};
}

} // namespace

std::vector<std::string> strangers_of(const Subject& subject, const Facts& facts) {
    std::vector<std::string> strangers;
    for (const auto* list : {&subject.mentions, &subject.recipients}) {
        for (const auto& uri : *list) {
            const auto target = facts.targets.find(uri);
            // Nobody knows an account that was never seen here.
            const bool is_new = subject.direction == Direction::In && !facts.sender;
            const bool is_stranger =
                is_new || (target != facts.targets.end() && uri != subject.actor &&
                           !target->second.knows_sender);
            if (is_stranger && std::ranges::find(strangers, uri) == strangers.end())
                strangers.push_back(uri);
        }
    }
    return strangers;
}

// Spam waves are new accounts that mention dozens of strangers (ATTACKS D12). Accounts that someone
// here follows are trusted. The numbers are those of POLICY section 2.
std::optional<Finding> first_contact(const Subject& subject, const Facts& facts) {
    if (!subject.is_post) return std::nullopt;
    if (facts.sender_is_vouched) {
        if (auto finding = vouched_contact(subject, facts)) return finding;
    }
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
