#include "moderation/partners.h"

#include "db/partner_strikes.h"
#include "db/partners.h"
#include "db/shields.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace moderation {
namespace {

constexpr std::chrono::days week{7};

bool is_post(const Outgoing& outgoing) {
    return outgoing.type == "Create" || outgoing.type == "Update";
}

/// Whom this post reaches that an earlier version did not.
std::vector<const db::Account*> newly_mentioned(const Outgoing& outgoing) {
    std::vector<const db::Account*> people;
    for (const auto& account : outgoing.mentioned) {
        const bool is_new =
            std::ranges::find(outgoing.addressed, account.uri) == outgoing.addressed.end();
        if (is_new) people.push_back(&account);
    }
    return people;
}

bool reaches_strangers(const Outgoing& outgoing, const PartnerFacts& facts) {
    const auto is_stranger = [&](AccountId id) {
        return id && id != facts.self && !facts.known.contains(id);
    };
    const auto people = newly_mentioned(outgoing);
    return std::ranges::any_of(people, [&](const auto* one) { return is_stranger(one->id); }) ||
           is_stranger(facts.about_author) || (outgoing.whom && is_stranger(outgoing.whom->id));
}

} // namespace

std::optional<std::string> organisation_of(const db::Account& account, db::PeerLevel level) {
    if (!account.is_local() && level == db::PeerLevel::Partner) return "host:" + account.host;
    if (const auto mark = db::mark_of(account)) return mark->organisation;
    if (account.actor_type == "Organization") return account.uri;
    return std::nullopt;
}

std::optional<std::string_view> find_partner_fault(const Outgoing& outgoing,
                                                   const PartnerFacts& facts) {
    if (facts.is_stopped) return "partner-stopped";
    if (facts.is_over) return "partner-over";
    if (outgoing.type == "Follow") return "partner-follows";
    if (reaches_strangers(outgoing, facts)) return "partner-contact";
    if (!is_post(outgoing)) return std::nullopt;
    if (has_tracking_link(outgoing.html)) return "partner-link";
    if (outgoing.type == "Create" && facts.posts_left < 1) return "partner-posts";
    if (std::ssize(newly_mentioned(outgoing)) > facts.mentions_left) return "partner-mentions";
    return std::nullopt;
}

std::optional<std::string_view> find_partner_fault(db::Tx& tx,
                                                   const db::Account& author,
                                                   const Outgoing& outgoing,
                                                   Time now) {
    const auto mark = db::mark_of(author);
    if (!mark) return std::nullopt;
    PartnerFacts facts{.is_stopped = db::partner_strikes::is_stopped(tx, mark->organisation),
                       .self = author.id};
    const auto person = db::partners::find_person(tx, author.id);
    const auto partner = person ? db::partners::find(tx, person->partner) : std::nullopt;
    facts.is_over = !partner || person->removed_at || partner->is_over(now);
    if (facts.is_over || facts.is_stopped) return find_partner_fault(outgoing, facts);

    const auto sent = db::partners::sent(tx, mark->organisation, now - week);
    facts.posts_left = partner->weekly_posts - sent.posts;
    facts.mentions_left = partner->weekly_mentions - sent.mentions;
    std::vector<std::pair<AccountId, AccountId>> asked;
    for (const auto& account : outgoing.mentioned)
        asked.emplace_back(account.id, author.id);
    if (outgoing.whom) asked.emplace_back(outgoing.whom->id, author.id);
    if (outgoing.about) {
        facts.about_author = outgoing.about->author;
        asked.emplace_back(facts.about_author, author.id);
    }
    if (!asked.empty()) {
        for (const auto& [other, self] : db::shields::known(tx, asked))
            facts.known.insert(other);
    }
    return find_partner_fault(outgoing, facts);
}

void note_partner_post(db::Tx& tx, const db::Account& author, const Outgoing& outgoing, Time now) {
    const auto mark = db::mark_of(author);
    if (!mark || !is_post(outgoing)) return;
    db::partners::note_sent(tx,
                            mark->organisation,
                            {.posts = outgoing.type == "Create" ? 1 : 0,
                             .mentions = std::ssize(newly_mentioned(outgoing))},
                            now);
}

} // namespace moderation
