#include "base/html.h"
#include "base/text.h"
#include "moderation/filters.h"
#include "moderation/partners.h"

#include <algorithm>
#include <array>

namespace moderation {
namespace {

/// Of one organisation, in seven days, of all our people together.
constexpr std::int64_t most_mentions = 20;

/// Parameters that tell the one who clicked, or the campaign, from all others.
constexpr std::array<std::string_view, 13> trackers = {"utm_",
                                                       "mc_eid=",
                                                       "mc_cid=",
                                                       "gclid=",
                                                       "fbclid=",
                                                       "msclkid=",
                                                       "dclid=",
                                                       "yclid=",
                                                       "igshid=",
                                                       "_hsenc=",
                                                       "_hsmi=",
                                                       "mkt_tok=",
                                                       "vero_id="};

bool is_tracker(std::string_view parameter) {
    return std::ranges::any_of(trackers,
                               [&](auto name) { return parameter.substr(0, name.size()) == name; });
}

} // namespace

bool has_tracking_link(std::string_view html) {
    constexpr std::string_view start = "href=\"";
    for (auto at = html.find(start); at != std::string_view::npos; at = html.find(start, at)) {
        at += start.size();
        const auto link = html.substr(at, html.find('"', at) - at);
        const auto query = link.find('?');
        if (query == std::string_view::npos) continue;
        // Clean HTML has "&amp;" between parameters.
        for (auto from = query; from != std::string_view::npos;
             from = link.find_first_of("&;", from)) {
            ++from;
            if (is_tracker(link.substr(from))) return true;
        }
    }
    return false;
}

namespace {

// Before what is read first, so that nobody reads it as a colleague's word.
constexpr std::size_t label_within = 300;
constexpr std::string_view label = "commercial partner";

bool shows_label(std::string_view html) {
    const auto text = fold(html_to_text(html));
    return std::string_view(text).substr(0, label_within).find(label) != std::string_view::npos;
}

bool reaches_somebody(const Subject& subject) {
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

Finding limited(std::string_view reason, const Subject& subject, const Facts& facts) {
    return {.verdict = Verdict::Limit,
            .reason = reason,
            .effects = {.quiet = true, .stripped_mentions = strangers_of(subject, facts)}};
}

/// What its author is told of, beside an answer.
bool touches(const Subject& subject) {
    constexpr std::array<std::string_view, 4> types = {
        "Like", "EmojiReact", "Announce", "QuoteRequest"};
    return std::ranges::find(types, subject.type) != types.end();
}

/// Whether it is about one of ours who does not know the sender; nobody knows one never seen here.
bool is_about_stranger(const Subject& subject, const Facts& facts) {
    const auto target = facts.targets.find(facts.object_owner);
    if (!facts.sender) return facts.object_is_ours || subject.type == "Follow";
    return target != facts.targets.end() && !target->second.knows_sender;
}

bool addresses_ours(const Subject& subject, const Facts& facts) {
    const auto is_ours = [&](const std::string& uri) { return facts.targets.contains(uri); };
    return std::ranges::any_of(subject.mentions, is_ours) ||
           std::ranges::any_of(subject.recipients, is_ours);
}

} // namespace

bool is_partner(const Subject& subject, const Facts& facts) {
    if (subject.direction == Direction::Out) return false;
    const auto level = facts.levels.find(subject.actor);
    return (level != facts.levels.end() && level->second == db::PeerLevel::Partner) ||
           facts.sender_is_commercial || (facts.sender && facts.sender->is_organisation);
}

// Commercial partners post to their own page and answer who wrote to them (POLICY section 1). The
// whole organisation has one cap. Links are not rewritten (decision 190): a post with one that
// tracks is seen by who opens the page, and shown to nobody.
std::optional<Finding> partner(const Subject& subject, const Facts& facts) {
    if (!is_partner(subject, facts)) return std::nullopt;
    if (facts.partner_is_stopped && reaches_somebody(subject))
        return Finding{.verdict = Verdict::Reject, .reason = "partner-stopped"};
    if (subject.type == "Follow" && is_about_stranger(subject, facts))
        return Finding{.verdict = Verdict::Reject, .reason = "partner-follow"};
    if (touches(subject) && is_about_stranger(subject, facts))
        return Finding{.verdict = Verdict::Reject, .reason = "partner-contact"};
    if (!subject.is_post) return std::nullopt;
    if (has_tracking_link(subject.html)) return limited("partner-tracking", subject, facts);
    if (facts.sender_is_commercial && !shows_label(subject.html))
        return limited("partner-label", subject, facts);
    if (facts.partner_mentions >= most_mentions && addresses_ours(subject, facts))
        return Finding{
            .verdict = Verdict::Limit, .reason = "partner-cap", .effects = {.quiet = true}};
    auto strangers = strangers_of(subject, facts);
    if (strangers.empty()) return std::nullopt;
    return Finding{.verdict = Verdict::Strip,
                   .reason = "partner-mention",
                   .effects = {.stripped_mentions = std::move(strangers)}};
}

} // namespace moderation
