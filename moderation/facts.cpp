#include "moderation/facts.h"

#include "base/uri.h"
#include "db/follows.h"
#include "db/relations.h"

#include <set>
#include <utility>

namespace moderation {
namespace {

using Uris = std::set<std::string>;

std::vector<std::string> list_of(const Uris& uris) {
    return {uris.begin(), uris.end()};
}

void load_statuses(db::Tx& tx, std::span<const Subject> subjects, FactSheet& sheet) {
    Uris uris;
    for (const auto& subject : subjects)
        if (!subject.object.empty()) uris.insert(subject.object);
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

Level level_of(Peers& peers, const std::string& uri) {
    const std::string host = host_of(uri);
    return host.empty() ? Level::Unknown : peers.level_of(host);
}

} // namespace

FactSheet load_facts(db::Tx& tx, Peers& peers, std::span<const Subject> subjects, Time now) {
    FactSheet sheet;
    load_statuses(tx, subjects, sheet);
    const auto author_uris = load_accounts(tx, subjects, sheet);

    std::set<AccountId> senders;
    std::set<std::pair<AccountId, AccountId>> pairs;
    for (const auto& subject : subjects) {
        Facts facts{.now = now};
        for (const auto& uri : subject.speaks_for)
            facts.levels.emplace(uri, level_of(peers, uri));
        for (const auto& uri : {subject.actor, subject.signer})
            facts.levels.emplace(uri, level_of(peers, uri));
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

    std::set<AccountId> followed;
    if (!senders.empty()) {
        const auto ids = db::follows::followed_here(tx, {senders.begin(), senders.end()});
        followed.insert(ids.begin(), ids.end());
    }
    std::map<std::pair<AccountId, AccountId>, db::Relation> relations;
    for (auto& relation : db::relations::list(tx, {pairs.begin(), pairs.end()}))
        relations.emplace(std::pair{relation.one, relation.other}, relation);

    for (std::size_t i = 0; i < subjects.size(); ++i) {
        Facts& facts = sheet.facts[i];
        const db::Account* sender = find(sheet, subjects[i].actor);
        if (sender == nullptr) continue;
        facts.sender_is_followed = followed.contains(sender->id);
        for (const auto* touched : touched_by(subjects[i], facts, sheet)) {
            const auto& relation = relations[{sender->id, touched->id}];
            facts.targets.emplace(
                touched->uri,
                Target{.account = touched->id,
                       .is_local = touched->is_local(),
                       .is_authorized = touched->is_local() || peers.may_contact(touched->host),
                       .blocks_sender = relation.other_blocks_one,
                       .follows_sender = relation.other_follows_one,
                       .is_followed_by_sender = relation.one_follows_other});
        }
    }
    return sheet;
}

} // namespace moderation
