#include "moderation/filters.h"

namespace moderation {
namespace {

std::optional<Finding> strip(std::string_view reason, std::vector<std::string> mentions) {
    if (mentions.empty()) return std::nullopt;
    return Finding{.verdict = Verdict::Strip,
                   .reason = reason,
                   .effects = {.stripped_mentions = std::move(mentions)}};
}

} // namespace

// Is the recipient meant? A followers-only post from elsewhere does not draw in people who do not
// follow its author, but for whom it answers. What stays here is addressed to nobody elsewhere.
std::optional<Finding> audience(const Subject& subject, const Facts& facts) {
    std::vector<std::string> not_meant;
    if (subject.direction == Direction::Out) {
        if (!subject.local_only) return std::nullopt;
        for (const auto& uri : subject.mentions) {
            const auto target = facts.targets.find(uri);
            if (target == facts.targets.end() || !target->second.is_local) not_meant.push_back(uri);
        }
        return strip("local-only", std::move(not_meant));
    }
    if (!subject.is_post || subject.visibility != db::Visibility::Private) return std::nullopt;
    for (const auto& uri : subject.mentions) {
        const auto target = facts.targets.find(uri);
        if (target == facts.targets.end() || uri == facts.object_owner) continue;
        if (!target->second.follows_sender) not_meant.push_back(uri);
    }
    return strip("mentions-non-follower", std::move(not_meant));
}

} // namespace moderation
