#include "moderation/filters.h"

#include <algorithm>

namespace moderation {
namespace {

using educators::Trust;

/// What reaches people. Ending something, moving away, and the profile with which a new attestation
/// comes, are let through whatever the old one was worth.
bool reaches_people(const Subject& subject) {
    constexpr std::array<std::string_view, 9> types = {"Create",
                                                       "Announce",
                                                       "Follow",
                                                       "Like",
                                                       "EmojiReact",
                                                       "QuoteRequest",
                                                       "Join",
                                                       "Invite",
                                                       "Offer"};
    return subject.is_post || std::ranges::find(types, subject.type) != types.end();
}

Finding limit(std::string_view reason) {
    return {.verdict = Verdict::Limit, .reason = reason, .effects = {.quiet = true}};
}

/// Ours whom our moderators limited are for their followers: they come near nobody else, here or
/// elsewhere. Ours who are frozen or suspended have no session to write with.
std::optional<Finding> own_limit(const Subject& subject, const Facts& facts) {
    if (!facts.sender || !facts.sender->limited || !reaches_people(subject)) return std::nullopt;
    const auto is_stranger = [&](const std::string& uri) {
        const auto target = facts.targets.find(uri);
        return uri != subject.actor && target != facts.targets.end() &&
               !target->second.follows_sender;
    };
    if (is_stranger(facts.object_owner) || std::ranges::any_of(subject.mentions, is_stranger))
        return Finding{.verdict = Verdict::Reject, .reason = "author-limited"};
    return std::nullopt;
}

} // namespace

// What the sender's district says of the sender (POLICY sections 1 and 2). A status list that
// cannot be had limits after 3 days and holds after 14; what was taken back, or never was true, a
// person looks at. Nobody at a guest's or a partner's is attested: filters 2 and 7 are for them.
std::optional<Finding> actor_gate(const Subject& subject, const Facts& facts) {
    if (subject.direction == Direction::Out) return own_limit(subject, facts);
    if (!facts.sender || !reaches_people(subject)) return std::nullopt;
    const Sender& sender = *facts.sender;
    // A moderator's own limit; followers asked for what they get.
    if (sender.limited && !facts.sender_is_followed) return limit("actor-limited");
    const auto level = facts.levels.find(subject.actor);
    const bool is_member = level != facts.levels.end() && level->second == db::PeerLevel::Member;
    if (!is_member || !sender.is_person) return std::nullopt;
    switch (sender.trust) {
    case Trust::Attested:
        return std::nullopt;
    case Trust::StatusStale:
        return limit("status-stale");
    case Trust::StatusLost:
        return Finding{.verdict = Verdict::Hold, .reason = "status-lost"};
    case Trust::Revoked:
        return Finding{.verdict = Verdict::Hold, .reason = "attestation-revoked"};
    case Trust::False:
        return Finding{.verdict = Verdict::Hold, .reason = "attestation-false"};
    case Trust::Expired:
        return limit("attestation-expired");
    case Trust::None:
        break;
    }
    // A district that attests its educators says by its silence that somebody is none of them. Of a
    // commercial partner it says so aloud: filter 7.
    const bool is_silent = sender.house_attests && !facts.sender_is_commercial;
    if (is_silent && !facts.sender_is_followed) return limit("not-attested");
    return std::nullopt;
}

} // namespace moderation
