#include "base/uri.h"
#include "moderation/advice.h"
#include "moderation/chain_settings.h"
#include "moderation/content_rules.h"

#include <algorithm>
#include <utility>

namespace moderation {
namespace {

void keep_stronger(std::optional<Finding>& strongest,
                   std::optional<Verdict> verdict,
                   std::string_view reason) {
    if (!verdict || (strongest && strongest->verdict >= *verdict)) return;
    strongest = Finding{.verdict = *verdict, .reason = reason};
    strongest->effects.quiet = *verdict == Verdict::Limit;
}

} // namespace

// 11: what lists say that a person here approved. They only limit or hold: whoever made a list can
// err, and be wrong on purpose; who is refused is decided here (POLICY section 5).
std::optional<Finding> advisories(const Subject& subject, const Facts& facts) {
    if (!facts.settings || facts.settings->advice().empty()) return std::nullopt;
    const Advice& advice = facts.settings->advice();
    std::optional<Finding> strongest;
    if (subject.direction == Direction::In) {
        const auto look = [&](const std::string& id) {
            keep_stronger(strongest, advice.about("host", host_of(id)), "listed-host");
        };
        look(subject.actor);
        look(subject.signer);
        std::ranges::for_each(subject.authors, look);
        std::ranges::for_each(subject.speaks_for, look);
    }
    if (!subject.is_post) return strongest;
    for (const auto& host : post_text(subject.html, subject.spoiler_text).link_hosts)
        keep_stronger(strongest, advice.about("link-host", host), "listed-link");
    return strongest;
}

} // namespace moderation
