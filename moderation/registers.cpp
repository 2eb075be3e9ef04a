#include "moderation/registers.h"

#include "base/uri.h"
#include "db/advisories.h"
#include "db/audit_log.h"
#include "moderation/register_effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace moderation {
namespace {

constexpr int longest_pause = 24; // In units of between_register_checks.

Error unprocessable(std::string detail, std::string shown) {
    return {Error::Kind::Unprocessable, std::move(detail), std::move(shown)};
}

Error no_reason() {
    return unprocessable("no reason", "Say why; it is kept in the record.");
}

Error no_register() {
    return {Error::Kind::NotFound, "no such register", "No register of that name is followed."};
}

void record(db::Tx& tx, std::string name, const db::Register& row, const Act& act, Json details) {
    details["url"] = row.url;
    db::audit_log::insert(tx,
                          {.at = act.now,
                           .actor = act.by,
                           .act = std::move(name),
                           .subject = row.name,
                           .filter = "advisories",
                           .reason = act.reason,
                           .details = std::move(details)});
}

Result<db::Register> find_locked(db::Tx& tx, std::string_view name, const Act& act) {
    if (act.reason.empty()) return no_reason();
    const auto found = db::registers::find(tx, name);
    if (!found) return no_register();
    auto row = db::registers::lock(tx, found->id);
    if (!row) return no_register();
    return std::move(*row);
}

void set_state(db::Register& row, std::string state, std::string problem, Time now) {
    if (row.state != state) row.state_at = now;
    row.state = std::move(state);
    row.problem = std::move(problem);
    row.checked_at = now;
}

void set_good(db::Register& row, Time now) {
    set_state(row, "good", "", now);
    row.failures = 0;
    row.next_check = now + between_register_checks;
}

db::RegisterRow row_of(const federation::RegisterEntry& entry, Time now) {
    return {.number = entry.number,
            .type = std::string(federation::to_string(entry.type)),
            .kind = entry.kind,
            .subject = entry.subject,
            .word = entry.word,
            .issuer = entry.issuer,
            .reason = entry.reason,
            .hash = entry.hash,
            .said_at = entry.at,
            .taken_at = now};
}

Act by_the_check(Time now) {
    return {.by = "register check", .now = now};
}

} // namespace

Result<Done> follow_register(db::Tx& tx, const RegisterWish& wish, const Act& act) {
    if (act.reason.empty()) return no_reason();
    if (!is_list_name(wish.name))
        return unprocessable("register name",
                             "A name has small letters, digits, dots and hyphens, at most 60.");
    const auto url = parse_uri(wish.url);
    if (!url || canonical_id(wish.url) != wish.url || !url->fragment.empty())
        return unprocessable("register address", "That is no address of a register.");
    std::string key;
    if (!wish.key.empty()) {
        const auto read = federation::parse_register_key(wish.key);
        if (!read)
            return unprocessable("register key",
                                 "That is no Ed25519 key, such as z6Mk... or did:key:z6Mk...");
        key = *read;
    }
    const auto list = db::advisories::insert_list(tx,
                                                  {.name = wish.name,
                                                   .origin = "register " + wish.url,
                                                   .created_by = act.by,
                                                   .created_at = act.now});
    if (!list) return unprocessable("list exists", "There is a list or register of that name.");
    const db::Register row{.name = wish.name,
                           .url = wish.url,
                           .list = *list,
                           .takes_effect = wish.takes_effect,
                           .pinned_key = key,
                           .signing_key = key,
                           .state = "unconfirmed",
                           .state_at = act.now,
                           .created_by = act.by,
                           .created_at = act.now};
    if (!db::registers::insert(tx, row))
        return unprocessable("register followed", "The register at that address is followed.");
    record(tx, "register.follow", row, act, {{"key", key}, {"takes_effect", wish.takes_effect}});
    return Done{};
}

Result<Done> confirm_register(db::Tx& tx,
                              std::string_view name,
                              std::string_view key,
                              const Act& act) {
    auto row = find_locked(tx, name, act);
    if (!row) return row.error();
    const auto read = federation::parse_register_key(key);
    if (!row->pinned_key.empty())
        return unprocessable("register key pinned",
                             "It has a key. To believe another one, unfollow it and follow anew.");
    if (!read || *read != row->shown_key)
        return unprocessable("other register key",
                             "That is not the key that it shows. Ask the other house.");
    row->pinned_key = row->signing_key = *read;
    row->next_check = act.now;
    db::registers::update(tx, *row);
    record(tx, "register.confirm", *row, act, {{"key", *read}});
    return Done{};
}

Result<Done> unfollow_register(db::Tx& tx,
                               const Instance& instance,
                               std::string_view name,
                               const Act& act) {
    const auto row = find_locked(tx, name, act);
    if (!row) return row.error();
    clear_register(tx, instance, *row, act.now);
    db::registers::remove(tx, row->id);
    db::advisories::remove_list(tx, row->list);
    record(tx, "register.unfollow", *row, act, {{"version", row->version}});
    return Done{};
}

Result<Done> approve_register(db::Tx& tx,
                              const Instance& instance,
                              std::string_view name,
                              const Act& act) {
    auto row = find_locked(tx, name, act);
    if (!row) return row.error();
    if (row->version <= row->applied)
        return unprocessable("nothing waits", "Nothing of it waits for a person.");
    const auto from = row->applied;
    apply_register(tx, instance, *row, act.now);
    db::registers::update(tx, *row);
    record(tx, "register.approve", *row, act, {{"from", from}, {"to", row->applied}});
    return Done{};
}

Result<Done> refuse_register(db::Tx& tx, std::string_view name, const Act& act) {
    auto row = find_locked(tx, name, act);
    if (!row) return row.error();
    if (!row->waits()) return unprocessable("nothing waits", "Nothing of it waits for a person.");
    row->refused = row->version;
    db::registers::update(tx, *row);
    record(tx, "register.refuse", *row, act, {{"from", row->applied}, {"to", row->version}});
    return Done{};
}

Result<std::string> approve_statement(db::Tx& tx,
                                      std::string_view name,
                                      std::string_view subject,
                                      const Act& act) {
    const auto row = find_locked(tx, name, act);
    if (!row) return row.error();
    const auto statements = db::registers::list_statements(tx, row->id);
    const auto found = std::ranges::find(statements, subject, &db::RegisterStatement::subject);
    if (found == statements.end())
        return Error{Error::Kind::NotFound, "no statement", "It says nothing of that host."};
    bool is_new = true;
    if (found->word == "accept")
        is_new = !found->issuer.empty() && db::registers::set_in_force(tx, row->id, subject);
    else if (found->word != "drop")
        is_new = db::advisories::approve(tx, row->list, {std::string(subject)}) > 0;
    if (!is_new)
        return unprocessable("nothing to approve",
                             "That is in force already, or names nothing that could be.");
    if (!found->issuer.empty()) recheck_issuers(tx, subject, act.now);
    record(tx,
           "register.approve_entry",
           *row,
           act,
           {{"host", subject}, {"word", found->word}, {"number", found->number}});
    return found->word;
}

RegisterTaken take_register(
    db::Tx& tx, const Instance& instance, db::RegisterId id, const ReadRegister& read, Time now) {
    auto row = db::registers::lock(tx, id);
    if (!row || row->version != read.after || row->pinned_key.empty()) return RegisterTaken::Late;
    std::vector<db::RegisterRow> rows;
    for (const auto& entry : read.fresh)
        rows.push_back(row_of(entry, now));
    db::registers::insert_entries(tx, id, rows);
    const bool has_new_key = row->signing_key != read.chain.key;
    const auto from = row->applied;
    const auto earlier = from < row->version ? Earlier::Waits : Earlier::Settled;
    row->version = read.chain.version;
    row->last_hash = read.chain.last;
    row->signing_key = read.chain.key;
    row->head_at = read.head.at;
    set_good(*row, now);
    const bool waits = settle_register(tx, instance, *row, earlier, now) && row->waits();
    db::registers::update(tx, *row);
    if (has_new_key)
        record(tx, "register.new_key", *row, by_the_check(now), {{"key", row->signing_key}});
    if (rows.empty()) return waits ? RegisterTaken::Waits : RegisterTaken::Nothing;
    record(tx,
           waits ? "register.waits" : "register.update",
           *row,
           by_the_check(now),
           {{"from", from}, {"to", row->version}, {"entries", rows.size()}});
    return waits ? RegisterTaken::Waits : RegisterTaken::Applied;
}

void note_shown_key(db::Tx& tx, db::RegisterId id, std::string_view multikey, Time now) {
    auto row = db::registers::lock(tx, id);
    if (!row || !row->pinned_key.empty()) return;
    row->shown_key = multikey;
    set_state(*row, "unconfirmed", "", now);
    row->failures = 0;
    row->next_check = now + between_register_checks;
    db::registers::update(tx, *row);
}

bool note_trouble(db::Tx& tx, db::RegisterId id, const RegisterTrouble& trouble, Time now) {
    auto row = db::registers::lock(tx, id);
    if (!row) return false;
    const bool is_new = row->state != trouble.state;
    set_state(*row, trouble.state, trouble.problem, now);
    row->failures = std::min(row->failures + 1, longest_pause);
    const auto pause = std::min(1 << std::min(row->failures, 10), longest_pause);
    row->next_check = now + between_register_checks * pause;
    db::registers::update(tx, *row);
    if (!is_new) return false;
    record(tx,
           "register.trouble",
           *row,
           by_the_check(now),
           {{"state", trouble.state}, {"problem", trouble.problem}});
    // A host that is away for a day is nothing to act on.
    return trouble.state != "unreachable";
}

} // namespace moderation
