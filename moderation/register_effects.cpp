#include "moderation/register_effects.h"

#include "db/advisories.h"
#include "db/attestation_claims.h"
#include "db/attestations.h"
#include "educators/standing.h"
#include "moderation/advice.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace moderation {
namespace {

using db::RegisterStatement;
using Key = std::pair<std::string, std::string>;

Key key_of(const RegisterStatement& statement) {
    return {statement.kind, statement.subject};
}

bool says_same(const RegisterStatement& a, const RegisterStatement& b) {
    return a.word == b.word && a.issuer == b.issuer;
}

/// Whether a name means the host, or what the host is below.
bool means(std::string_view subject, std::string_view host) {
    const auto names = names_of(host);
    return std::ranges::find(names, subject) != names.end();
}

bool is_advice(const RegisterStatement& statement) {
    return statement.word == "filter" || statement.word == "reject";
}

db::Advisory advisory_of(const RegisterStatement& statement) {
    return {.kind = statement.kind == "domain" ? "host" : "link-host",
            .subject = statement.subject,
            .severity = statement.word == "reject" ? "hold" : "limit",
            .reason = statement.reason};
}

/// What a set of changes writes.
struct Writes {
    std::vector<db::Advisory> advisories{};
    std::vector<RegisterStatement> statements{};
    std::vector<std::string> gone_kinds{}; ///< Of statements; the subjects beside them.
    std::vector<std::string> gone_subjects{};
    std::vector<db::Advisory> gone_advisories{};
    std::set<std::string> issuer_hosts{}; ///< Of whose people another issuer may speak now, or not.
};

void add_statement(Writes& writes,
                   const Instance& instance,
                   const db::Register& row,
                   const Neighbours& neighbours,
                   RegisterStatement statement) {
    const bool is_ours =
        means(statement.subject, instance.host) || means(statement.subject, instance.handle_host);
    if (is_advice(statement) && !is_ours) {
        auto advisory = advisory_of(statement);
        advisory.in_force = row.takes_effect && !neighbours.about(statement.subject).is_friend();
        writes.advisories.push_back(std::move(advisory));
    }
    // Only whom it names: what level the host has here is for a person.
    statement.in_force =
        statement.word == "accept" && !statement.issuer.empty() && row.takes_effect;
    if (!statement.issuer.empty()) writes.issuer_hosts.insert(statement.subject);
    writes.statements.push_back(std::move(statement));
}

void write(db::Tx& tx, const db::Register& row, const Writes& writes, Time now) {
    db::advisories::remove(tx, row.list, writes.gone_advisories);
    db::registers::remove_statements(tx, row.id, writes.gone_kinds, writes.gone_subjects);
    db::advisories::put(tx, row.list, writes.advisories);
    db::registers::put_statements(tx, row.id, writes.statements);
    for (const auto& host : writes.issuer_hosts)
        recheck_issuers(tx, host, now);
}

void apply(db::Tx& tx,
           const Instance& instance,
           const db::Register& row,
           const std::vector<RegisterChange>& changes,
           Time now) {
    const Neighbours neighbours(tx);
    Writes writes;
    for (const auto& change : changes) {
        if (change.before) {
            if (is_advice(*change.before))
                writes.gone_advisories.push_back(advisory_of(*change.before));
            if (!change.before->issuer.empty()) writes.issuer_hosts.insert(change.before->subject);
            writes.gone_kinds.push_back(change.before->kind);
            writes.gone_subjects.push_back(change.before->subject);
        }
        if (change.after) add_statement(writes, instance, row, neighbours, *change.after);
    }
    write(tx, row, writes, now);
}

/// What was said and is to be forgotten, when nothing was said of it since.
void forget_buried(db::Tx& tx,
                   const db::Register& row,
                   const std::vector<db::RegisterRow>& entries) {
    std::map<Key, const db::RegisterRow*> newest;
    for (const auto& entry : entries)
        newest[{entry.kind, entry.subject}] = &entry;
    for (const auto& [key, entry] : newest)
        if (entry->type == "tombstone" && entry->number > row.applied)
            db::registers::forget_reasons(tx, row.id, key.first, key.second);
}

} // namespace

std::vector<RegisterStatement> fold_register(const std::vector<db::RegisterRow>& entries) {
    std::map<Key, RegisterStatement> said;
    for (const auto& entry : entries) {
        if (entry.type == "key") continue;
        if (entry.type != "recommendation") {
            said.erase({entry.kind, entry.subject});
            continue;
        }
        said[{entry.kind, entry.subject}] = {.kind = entry.kind,
                                             .subject = entry.subject,
                                             .word = entry.word,
                                             .issuer = entry.issuer,
                                             .reason = entry.reason,
                                             .number = entry.number};
    }
    std::vector<RegisterStatement> statements;
    for (auto& [key, statement] : said)
        statements.push_back(std::move(statement));
    return statements;
}

std::vector<RegisterChange> compare_statements(const std::vector<RegisterStatement>& before,
                                               const std::vector<RegisterStatement>& after) {
    std::map<Key, RegisterChange> all;
    for (const auto& statement : before)
        all[key_of(statement)].before = statement;
    for (const auto& statement : after)
        all[key_of(statement)].after = statement;
    std::vector<RegisterChange> changes;
    for (auto& [key, change] : all)
        if (!change.before || !change.after || !says_same(*change.before, *change.after))
            changes.push_back(std::move(change));
    return changes;
}

bool is_too_much(const db::Register& row, std::int64_t said_now, std::int64_t moved, Time now) {
    const bool is_open = row.window_from && now - *row.window_from < change_window;
    const auto base = is_open ? row.window_base : said_now;
    const auto before = is_open ? row.window_moved : 0;
    return before + moved > std::max(small_change, base / 10);
}

Neighbours::Neighbours(db::Tx& tx) {
    for (const auto& one : db::advisories::count_follows(tx)) {
        for (const auto& name : names_of(one.host)) {
            by_name_[name].follows += one.follows;
            by_name_[name].members += one.members;
        }
    }
    for (const auto& [host, level] : db::peers::list_levels(tx)) {
        for (const auto& name : names_of(host)) {
            auto& highest = by_name_[name].level;
            highest = std::max(highest.value_or(level), level);
        }
    }
}

Between Neighbours::about(std::string_view subject) const {
    const auto found = by_name_.find(subject);
    return found == by_name_.end() ? Between{} : found->second;
}

std::vector<RegisterReview> review_waiting(db::Tx& tx, const db::Register& row) {
    std::vector<RegisterReview> reviews;
    if (!row.waits()) return reviews;
    const Neighbours neighbours(tx);
    const auto wanted = fold_register(db::registers::list_entries(tx, row.id, row.version));
    for (auto& change : compare_statements(db::registers::list_statements(tx, row.id), wanted)) {
        const auto between = neighbours.about(change.either().subject);
        reviews.push_back({.change = std::move(change), .between = between});
    }
    return reviews;
}

bool settle_register(
    db::Tx& tx, const Instance& instance, db::Register& row, Earlier earlier, Time now) {
    if (row.version <= row.applied) return false;
    const auto before = db::registers::list_statements(tx, row.id);
    const auto entries = db::registers::list_entries(tx, row.id, row.version);
    const auto changes = compare_statements(before, fold_register(entries));
    const auto said_now = static_cast<std::int64_t>(before.size());
    const auto moved = static_cast<std::int64_t>(changes.size());
    const bool is_held = earlier == Earlier::Waits && moved > 0;
    if (is_held || is_too_much(row, said_now, moved, now)) return true;
    if (!row.window_from || now - *row.window_from >= change_window) {
        row.window_from = now;
        row.window_base = said_now;
        row.window_moved = 0;
    }
    row.window_moved += moved;
    apply(tx, instance, row, changes, now);
    forget_buried(tx, row, entries);
    row.applied = row.version;
    return false;
}

void apply_register(db::Tx& tx, const Instance& instance, db::Register& row, Time now) {
    const auto before = db::registers::list_statements(tx, row.id);
    const auto entries = db::registers::list_entries(tx, row.id, row.version);
    const auto after = fold_register(entries);
    apply(tx, instance, row, compare_statements(before, after), now);
    forget_buried(tx, row, entries);
    row.applied = row.version;
    row.window_from = now;
    row.window_base = static_cast<std::int64_t>(after.size());
    row.window_moved = 0;
}

void clear_register(db::Tx& tx, const Instance& instance, const db::Register& row, Time now) {
    apply(
        tx, instance, row, compare_statements(db::registers::list_statements(tx, row.id), {}), now);
}

void recheck_issuers(db::Tx& tx, std::string_view host, Time now) {
    db::attestation_claims::retry_wrong_issuers(tx, host);
    db::attestations::refresh_marks(tx,
                                    db::attestation_claims::list_of_host(tx, host),
                                    now,
                                    now - educators::status_lost_after);
}

} // namespace moderation
