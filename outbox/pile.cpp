#include "outbox/pile.h"

#include "db/audit_log.h"
#include "db/member_duties.h"
#include "db/piles.h"
#include "db/shields.h"
#include "mail/letters.h"
#include "moderation/draft.h"
#include "moderation/shield.h"

#include <fmt/format.h>

#include <set>

namespace outbox {
namespace {

constexpr std::chrono::hours pile_hours{6};

bool comes_near(const std::string& type) {
    return type == "Create" || type == "Update" || type == "Announce" || type == "QuoteRequest";
}

/// People elsewhere whom it touches, and who neither follow the author nor ever wrote to them.
std::vector<db::Account> strangers_of(db::Tx& tx,
                                      const db::Account& author,
                                      const moderation::Outgoing& outgoing) {
    std::vector<db::Account> touched;
    std::set<AccountId> seen{author.id};
    const auto add = [&](const db::Account& account) {
        if (!account.is_local() && seen.insert(account.id).second) touched.push_back(account);
    };
    for (const auto& account : outgoing.mentioned)
        add(account);
    if (outgoing.whom) add(*outgoing.whom);
    if (outgoing.about) {
        if (const auto whose = db::accounts::find(tx, outgoing.about->author)) add(*whose);
    }
    if (touched.empty()) return touched;
    std::vector<std::pair<AccountId, AccountId>> pairs;
    for (const auto& account : touched)
        pairs.emplace_back(account.id, author.id);
    std::set<AccountId> know;
    for (const auto& [member, other] : db::shields::known(tx, pairs))
        know.insert(member);
    std::erase_if(touched, [&](const db::Account& account) { return know.contains(account.id); });
    return touched;
}

void tell_moderators(db::Tx& tx, const std::string& what, const std::string& next) {
    std::set<AccountId> told;
    for (const auto* role : {"moderator", "owner"})
        for (const auto id : db::member_duties::list_holders(tx, "", role))
            told.insert(id);
    for (const auto id : told)
        mail::post(tx, mail::Letter::Alarm, id, {{"what", what}, {"next", next}});
}

void ask_to_slow_down(db::Tx& tx, const db::Account& target, Time now) {
    for (const auto member : db::piles::members(tx, target.id, now - pile_hours)) {
        if (!db::piles::claim_slow_down(tx, member, target.id, now)) continue;
        mail::post(tx, mail::Letter::SlowDown, member, {{"who", "@" + target.acct()}});
    }
}

void begin_pile(db::Tx& tx, const db::Account& target, const db::Approaches& approaches, Time now) {
    if (!db::piles::begin(tx, target.id, now)) return;
    db::audit_log::insert(tx,
                          {.at = now,
                           .actor = "filter",
                           .act = "pile.outgoing",
                           .subject = target.uri,
                           .filter = "burst",
                           .rule_version = moderation::rule_version,
                           .details = {{"in_10_minutes", approaches.in_10_minutes},
                                       {"in_6_hours", approaches.in_6_hours}}});
    tell_moderators(
        tx,
        fmt::format("{} of our members, whom @{} does not know, mentioned, answered, quoted or "
                    "boosted that person in the last six hours.",
                    approaches.in_6_hours,
                    target.acct()),
        "They were asked to slow down. Look at what they wrote before the other district does.");
}

} // namespace

void note_pile(db::Tx& tx,
               const db::Account& author,
               const moderation::Outgoing& outgoing,
               Time now) {
    // A letter to one person is none; what stays here reaches nobody elsewhere.
    if (!comes_near(outgoing.type) || outgoing.local_only) return;
    for (const auto& target : strangers_of(tx, author, outgoing)) {
        db::shields::note_approach(tx, target.id, author.id, now);
        const auto approaches = db::shields::approaches(tx, target.id, now);
        if (!moderation::is_pile(approaches)) continue;
        begin_pile(tx, target, approaches, now);
        ask_to_slow_down(tx, target, now);
    }
}

void tell_of_shields(db::Tx& tx, Time now) {
    for (const auto id : db::piles::claim_untold_shields(tx, now)) {
        const auto member = db::accounts::find(tx, id);
        if (!member) continue;
        tell_moderators(tx,
                        fmt::format("Unusually many strangers came near @{}, so a shield went up "
                                    "for 72 hours.",
                                    member->acct()),
                        "Ask how they are, and look at what the strangers wrote.");
    }
}

} // namespace outbox
