#include "moderation/facts.h"

#include "base/html.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/attestation_claims.h"
#include "db/follows.h"
#include "db/partner_strikes.h"
#include "db/partners.h"
#include "db/relations.h"
#include "db/shields.h"
#include "db/vouchings.h"
#include "educators/kinds.h"
#include "moderation/chain_settings.h"
#include "moderation/partners.h"
#include "moderation/student_facts.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace moderation {
namespace {

using Uris = std::set<std::string>;

std::vector<std::string> list_of(const Uris& uris) {
    return {uris.begin(), uris.end()};
}

// Of an edit, the post.
std::string edited_post(const Subject& subject) {
    const bool is_edit = subject.is_post && (subject.type == "Update" || subject.is_refreshed);
    return is_edit ? subject.post : std::string{};
}

std::set<std::string> words_of(std::string_view html) {
    std::set<std::string> words;
    const auto text = fold(html_to_text(html));
    constexpr auto blanks = " \n\t\r";
    for (std::size_t at = text.find_first_not_of(blanks); at != std::string::npos;) {
        const auto end = std::min(text.find_first_of(blanks, at), text.size());
        words.insert(text.substr(at, end - at));
        at = text.find_first_not_of(blanks, end);
    }
    return words;
}

Edited compare(const db::Status& stored, const Subject& subject) {
    Edited edited{.approvals = stored.favourites_count + stored.reblogs_count};
    const auto before = words_of(stored.content);
    if (before.empty()) return edited;
    const auto after = words_of(subject.html);
    const auto kept =
        std::ranges::count_if(before, [&](const auto& word) { return after.contains(word); });
    edited.kept = static_cast<double>(kept) / static_cast<double>(before.size());
    return edited;
}

void load_statuses(db::Tx& tx, std::span<const Subject> subjects, FactSheet& sheet) {
    Uris uris;
    for (const auto& subject : subjects)
        for (const auto& uri : {subject.object, edited_post(subject)})
            if (!uri.empty()) uris.insert(uri);
    if (uris.empty()) return;
    for (auto& status : db::statuses::find_all_by_uri(tx, list_of(uris)))
        sheet.statuses.emplace(status.uri, std::move(status));
}

// Accounts by uri, and the authors of the statuses; returns uris of authors by their id.
std::unordered_map<AccountId, std::string> load_accounts(db::Tx& tx,
                                                         std::span<const Subject> subjects,
                                                         FactSheet& sheet) {
    Uris uris;
    for (const auto& subject : subjects) {
        uris.insert(subject.actor);
        uris.insert(subject.mentions.begin(), subject.mentions.end());
        uris.insert(subject.recipients.begin(), subject.recipients.end());
        if (!subject.object.empty()) uris.insert(subject.object);
    }
    for (auto& account : db::accounts::find_all_by_uri(tx, list_of(uris)))
        sheet.accounts.emplace(account.uri, std::move(account));
    std::set<AccountId> authors;
    for (const auto& [uri, status] : sheet.statuses)
        authors.insert(status.author);
    std::unordered_map<AccountId, std::string> names;
    if (authors.empty()) return names;
    for (auto& account : db::accounts::find_all(tx, {authors.begin(), authors.end()})) {
        names.emplace(account.id, account.uri);
        sheet.accounts.emplace(account.uri, std::move(account));
    }
    return names;
}

const db::Account* find(const FactSheet& sheet, const std::string& uri) {
    const auto account = sheet.accounts.find(uri);
    return account == sheet.accounts.end() ? nullptr : &account->second;
}

// Whom an activity touches: of incoming ones our own people, of ours everybody.
std::vector<const db::Account*> touched_by(const Subject& subject,
                                           const Facts& facts,
                                           const FactSheet& sheet) {
    Uris uris(subject.mentions.begin(), subject.mentions.end());
    uris.insert(subject.recipients.begin(), subject.recipients.end());
    uris.insert(facts.object_owner);
    std::vector<const db::Account*> touched;
    for (const auto& uri : uris) {
        const db::Account* account = find(sheet, uri);
        if (account && (account->is_local() || subject.direction == Direction::Out))
            touched.push_back(account);
    }
    return touched;
}

/// Standings of remote senders by account, and which of their hosts attest anybody.
struct Attested {
    std::unordered_map<AccountId, educators::Trust> trust{};
    std::set<std::string> hosts{};
};

Attested load_attested(db::Tx& tx,
                       std::span<const Subject> subjects,
                       const FactSheet& sheet,
                       Time now) {
    std::set<AccountId> senders;
    std::set<std::string> hosts;
    for (const auto& subject : subjects) {
        const db::Account* sender = find(sheet, subject.actor);
        if (subject.direction == Direction::Out || sender == nullptr || sender->is_local())
            continue;
        senders.insert(sender->id);
        hosts.insert(sender->host);
    }
    Attested attested;
    if (senders.empty()) return attested;
    for (const auto& standing :
         db::attestation_claims::find_standings(tx, {senders.begin(), senders.end()}, now))
        attested.trust.emplace(standing.account, educators::judge(standing, now));
    const auto attesting =
        db::attestation_claims::attesting_hosts(tx, {hosts.begin(), hosts.end()});
    attested.hosts.insert(attesting.begin(), attesting.end());
    return attested;
}

Sender describe(const db::Account& account, const Attested& attested) {
    Sender sender{.is_person = account.actor_type == "Person",
                  .is_organisation = account.actor_type == "Organization",
                  .limited = account.limited_at.has_value(),
                  .house_attests = attested.hosts.contains(account.host)};
    const auto trust = attested.trust.find(account.id);
    if (trust != attested.trust.end()) sender.trust = trust->second;
    return sender;
}

/// How somebody is attested by their mark, which is checked and up to date (decision 160); or "".
std::string assurance_of(const db::Account& account) {
    if (account.fields.empty() || !account.fields.front().is_object()) return "";
    const auto mark = account.fields.front().value("attested", Json());
    return mark.is_object() ? mark.value("assurance", "") : "";
}

using Ids = std::set<AccountId>;

/// Senders whom two sponsors attest, and those of ours whose sponsors stand for them no longer.
Ids load_vouched(db::Tx& tx, std::span<const Subject> subjects, const FactSheet& sheet, Time now) {
    Ids vouched;
    for (const auto& subject : subjects) {
        const db::Account* sender = find(sheet, subject.actor);
        if (sender == nullptr) continue;
        const auto assurance = assurance_of(*sender);
        const bool is_vouched = assurance == educators::to_string(educators::Assurance::Vouched) ||
                                (assurance.empty() && sender->is_local() &&
                                 db::vouchings::is_known_by_sponsors_only(tx, sender->id, now));
        if (is_vouched) vouched.insert(sender->id);
    }
    return vouched;
}

Level level_of(Peers& peers, const std::string& uri) {
    const std::string host = host_of(uri);
    return host.empty() ? Level::Unknown : peers.level_of(host);
}

/// What the organisations sent and whether they are stopped, in one query for the whole batch.
void load_partners(db::Tx& tx, std::span<const Subject> subjects, FactSheet& sheet, Time now) {
    constexpr std::chrono::days week{7};
    std::map<std::size_t, std::string> asked;
    Uris organisations;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        const db::Account* sender = find(sheet, subjects[i].actor);
        if (subjects[i].direction == Direction::Out || sender == nullptr || sender->is_local())
            continue;
        const auto level = sheet.facts[i].levels.at(subjects[i].actor);
        auto organisation = organisation_of(*sender, level);
        if (!organisation) continue;
        const auto mark = db::mark_of(*sender);
        sheet.facts[i].sender_is_commercial = mark.has_value();
        sheet.facts[i].partner_is_stopped = mark && mark->stopped;
        organisations.insert(*organisation);
        asked.emplace(i, std::move(*organisation));
    }
    if (asked.empty()) return;
    std::map<std::string, db::PartnerWeek> known;
    for (auto& one : db::partner_strikes::weeks(tx, list_of(organisations), now - week))
        known.emplace(one.organisation, one);
    for (const auto& [i, organisation] : asked) {
        const auto found = known.find(organisation);
        if (found == known.end()) continue;
        sheet.facts[i].partner_mentions = found->second.mentions;
        sheet.facts[i].partner_is_stopped =
            sheet.facts[i].partner_is_stopped || found->second.is_stopped;
    }
}

struct Shields {
    Ids shielded{};
    std::set<std::pair<AccountId, AccountId>> known{}; ///< Member, and whom they know.
};

// Of (sender, touched): who of our own is behind a shield, and who knows the sender; elsewhere only
// whether they know those of ours who may not write first.
Shields load_shields(db::Tx& tx,
                     const FactSheet& sheet,
                     const std::set<std::pair<AccountId, AccountId>>& pairs,
                     const Ids& vouched,
                     Time now) {
    Ids ours;
    for (const auto& [uri, account] : sheet.accounts)
        if (account.is_local()) ours.insert(account.id);
    Ids members;
    std::vector<std::pair<AccountId, AccountId>> asked;
    for (const auto& [sender, touched] : pairs) {
        if (ours.contains(touched)) members.insert(touched);
        if (ours.contains(touched) || vouched.contains(sender)) asked.emplace_back(touched, sender);
    }
    Shields shields;
    if (asked.empty()) return shields;
    const auto up = db::shields::shielded(tx, {members.begin(), members.end()}, now);
    shields.shielded.insert(up.begin(), up.end());
    const auto known = db::shields::known(tx, asked);
    shields.known.insert(known.begin(), known.end());
    for (const auto sender : vouched) {
        std::vector<AccountId> others;
        for (const auto& [from, touched] : pairs)
            if (from == sender) others.push_back(touched);
        if (others.empty() || !ours.contains(sender)) continue;
        for (const auto open : db::vouchings::open_to_candidate(tx, sender, others))
            shields.known.emplace(open, sender);
    }
    return shields;
}

} // namespace

FactSheet load_facts(db::Tx& tx, Peers& peers, std::span<const Subject> subjects, Time now) {
    FactSheet sheet;
    load_statuses(tx, subjects, sheet);
    const auto author_uris = load_accounts(tx, subjects, sheet);

    const auto settings = load_settings(tx, subjects);
    std::set<AccountId> senders;
    std::set<std::pair<AccountId, AccountId>> pairs;
    for (const auto& subject : subjects) {
        Facts facts{.now = now, .settings = settings};
        for (const auto& uri : subject.speaks_for)
            facts.levels.emplace(uri, level_of(peers, uri));
        for (const auto& uri : {subject.actor, subject.signer})
            facts.levels.emplace(uri, level_of(peers, uri));
        if (const auto stored = sheet.statuses.find(edited_post(subject));
            stored != sheet.statuses.end()) {
            facts.edited = compare(stored->second, subject);
        }
        const auto status = sheet.statuses.find(subject.object);
        if (status != sheet.statuses.end()) {
            facts.object_is_ours = status->second.local;
            const auto author = author_uris.find(status->second.author);
            if (author != author_uris.end()) facts.object_owner = author->second;
        } else if (find(sheet, subject.object) != nullptr) {
            facts.object_owner = subject.object; // A Follow, Block or Move is about an actor.
        }
        if (const db::Account* sender = find(sheet, subject.actor)) {
            senders.insert(sender->id);
            for (const auto* touched : touched_by(subject, facts, sheet))
                pairs.emplace(sender->id, touched->id);
        }
        sheet.facts.push_back(std::move(facts));
    }

    load_student_facts(tx, subjects, sheet.facts);
    const auto attested = load_attested(tx, subjects, sheet, now);
    std::set<AccountId> followed;
    if (!senders.empty()) {
        const auto ids = db::follows::followed_here(tx, {senders.begin(), senders.end()});
        followed.insert(ids.begin(), ids.end());
    }
    std::map<std::pair<AccountId, AccountId>, db::Relation> relations;
    for (auto& relation : db::relations::list(tx, {pairs.begin(), pairs.end()}))
        relations.emplace(std::pair{relation.one, relation.other}, relation);

    load_partners(tx, subjects, sheet, now);
    const auto vouched = load_vouched(tx, subjects, sheet, now);
    const auto shields = load_shields(tx, sheet, pairs, vouched, now);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        Facts& facts = sheet.facts[i];
        const db::Account* sender = find(sheet, subjects[i].actor);
        if (sender == nullptr) continue;
        facts.sender_is_followed = followed.contains(sender->id);
        facts.sender_is_vouched = vouched.contains(sender->id);
        if (!sender->is_local()) facts.sender = describe(*sender, attested);
        // Of ours all that counts: their kind and their standing are our own word.
        if (sender->is_local() && sender->limited_at) facts.sender = Sender{.limited = true};
        for (const auto* touched : touched_by(subjects[i], facts, sheet)) {
            const auto& relation = relations[{sender->id, touched->id}];
            facts.targets.emplace(
                touched->uri,
                Target{.account = touched->id,
                       .is_local = touched->is_local(),
                       .is_authorized = touched->is_local() || peers.may_contact(touched->host),
                       .blocks_sender = relation.other_blocks_one,
                       .follows_sender = relation.other_follows_one,
                       .is_followed_by_sender = relation.one_follows_other,
                       .is_shielded = shields.shielded.contains(touched->id),
                       .knows_sender = (!touched->is_local() && !facts.sender_is_vouched) ||
                                       shields.known.contains({touched->id, sender->id})});
        }
    }
    return sheet;
}

} // namespace moderation
