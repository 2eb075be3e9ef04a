#include "moderation/chain_settings.h"
#include "moderation/filters.h"

#include <algorithm>

namespace moderation {
namespace {

std::string_view reason_of(const db::ContentRule& rule) {
    if (rule.kind == "link-host") return "content-link";
    if (rule.kind == "media-type") return "content-media";
    if (rule.kind == "no-description") return "content-description";
    return "content-words";
}

Verdict verdict_of(const db::ContentRule& rule, Direction direction) {
    // One of ours can take it out themselves, and is told.
    if (rule.verdict == "strip")
        return direction == Direction::Out ? Verdict::Reject : Verdict::Strip;
    if (rule.verdict == "limit") return Verdict::Limit;
    return rule.verdict == "hold" ? Verdict::Hold : Verdict::Reject;
}

Finding finding_of(const db::ContentRule& rule, Direction direction) {
    Finding finding{
        .verdict = verdict_of(rule, direction), .reason = reason_of(rule), .rule = rule.id};
    finding.effects.quiet = finding.verdict == Verdict::Limit;
    finding.effects.strips_media = finding.verdict == Verdict::Strip;
    return finding;
}

} // namespace

// 10: what the instance does not want in posts.
std::optional<Finding> content(const Subject& subject, const Facts& facts) {
    if (!subject.is_post || !facts.settings || facts.settings->rules().empty()) return std::nullopt;
    auto post = post_text(subject.html, subject.spoiler_text);
    post.media_types = subject.media_types;
    post.has_undescribed_media = subject.has_undescribed_media;
    std::optional<Finding> strongest;
    bool strips_media = false;
    for (const auto* rule : facts.settings->rules().hits(post)) {
        auto finding = finding_of(*rule, subject.direction);
        strips_media = strips_media || finding.effects.strips_media;
        if (!strongest || finding.verdict > strongest->verdict) strongest = std::move(finding);
    }
    if (strongest) strongest->effects.strips_media = strips_media;
    return strongest;
}

} // namespace moderation
