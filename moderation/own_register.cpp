#include "moderation/own_register.h"

#include "base/text.h"
#include "db/audit_log.h"
#include "db/instance_values.h"
#include "federation/multikey.h"
#include "federation/register.h"
#include "federation/uris.h"
#include "moderation/register_effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace moderation {
namespace {

using federation::RegisterEntry;
using federation::RegisterEntryType;

constexpr std::string_view key_name = "register-key";

Error unprocessable(std::string detail, std::string shown) {
    return {Error::Kind::Unprocessable, std::move(detail), std::move(shown)};
}

Error no_reason() {
    return unprocessable("no reason", "Say why; it is kept in the record.");
}

void record(db::Tx& tx, std::string name, std::string_view subject, const Act& act, Json details) {
    db::audit_log::insert(tx,
                          {.at = act.now,
                           .actor = act.by,
                           .act = std::move(name),
                           .subject = std::string(subject),
                           .reason = act.reason,
                           .details = std::move(details)});
}

crypto::PrivateKey load_key(db::Tx& tx) {
    auto pem = db::instance_values::find(tx, key_name);
    if (!pem)
        pem = db::instance_values::set_if_absent(
            tx, key_name, crypto::PrivateKey::generate_ed25519().pem());
    auto key = crypto::PrivateKey::from_pem(*pem);
    if (!key) throw std::runtime_error("instance_values: the register's key cannot be read");
    return std::move(*key);
}

Json read_stored(const std::string& document) {
    auto json = parse_json(document);
    if (!json) throw std::runtime_error("own_register_entries: an entry cannot be read");
    return std::move(*json);
}

std::int64_t number_of(const std::optional<db::OwnRegisterEntry>& entry) {
    return entry ? entry->number : 0;
}

/// Appends it; the caller locked the table. `prover` signs a Key entry.
Result<std::int64_t> append(db::Tx& tx,
                            RegisterEntry entry,
                            const crypto::PrivateKey* prover,
                            const Act& act) {
    const auto last = db::own_register::last(tx);
    entry.number = number_of(last) + 1;
    entry.previous = last ? last->hash : "";
    entry.at = act.now;
    if (entry.number > federation::max_register_entries)
        return unprocessable("register full", "The register is full.");
    auto document = federation::render_register_entry(entry);
    if (prover != nullptr) {
        auto proven = federation::sign_register(std::move(document), *prover, act.now);
        if (!proven) throw std::runtime_error("register: cannot be signed");
        document = std::move(*proven);
    }
    const auto read = federation::parse_register_entry(document);
    if (!read)
        return unprocessable(read.error().detail,
                             "That is no entry of a register: a host has its name in small "
                             "letters, an issuer is the address of a server actor.");
    db::own_register::insert(tx,
                             {.number = entry.number,
                              .document = dump_json(document),
                              .hash = read->hash,
                              .at = act.now,
                              .made_by = act.by});
    return entry.number;
}

std::optional<db::RegisterStatement> find_statement(db::Tx& tx,
                                                    const std::string& kind,
                                                    const std::string& subject) {
    for (auto& statement : own_statements(tx))
        if (statement.kind == kind && statement.subject == subject) return std::move(statement);
    return std::nullopt;
}

Result<Done> set_open(db::Tx& tx, bool open, const Act& act) {
    if (act.reason.empty()) return no_reason();
    const auto key = own_register_key(tx);
    db::own_register::set_open(tx, open);
    record(tx, open ? "register.publish" : "register.close", "register", act, {{"key", key}});
    return Done{};
}

} // namespace

std::string own_register_uri(const Instance& instance) {
    return federation::server_actor_uri(instance) + "/register";
}

std::string own_register_key(db::Tx& tx) {
    return federation::encode_multikey(load_key(tx).public_key());
}

Result<Done> publish_own_register(db::Tx& tx, const Act& act) {
    return set_open(tx, true, act);
}

Result<Done> close_own_register(db::Tx& tx, const Act& act) {
    return set_open(tx, false, act);
}

std::vector<db::RegisterStatement> own_statements(db::Tx& tx) {
    std::vector<db::RegisterRow> rows;
    for (const auto& stored : db::own_register::list(tx, 1, federation::max_register_entries)) {
        const auto entry = federation::parse_register_entry(read_stored(stored.document));
        if (!entry) throw std::runtime_error("own_register_entries: an entry is malformed");
        rows.push_back({.number = entry->number,
                        .type = std::string(federation::to_string(entry->type)),
                        .kind = entry->kind,
                        .subject = entry->subject,
                        .word = entry->word,
                        .issuer = entry->issuer,
                        .reason = entry->reason});
    }
    return fold_register(rows);
}

Result<std::int64_t> add_to_own_register(db::Tx& tx, const OwnStatement& said, const Act& act) {
    if (act.reason.empty()) return no_reason();
    db::own_register::lock(tx);
    const auto before = find_statement(tx, said.kind, said.subject);
    if (before && before->word == said.word && before->issuer == said.issuer)
        return unprocessable("said already", "The register says that already.");
    auto number = append(tx,
                         {.type = RegisterEntryType::Recommendation,
                          .kind = said.kind,
                          .subject = said.subject,
                          .word = said.word,
                          .issuer = said.issuer,
                          .reason = clean_text(said.reason, federation::max_register_reason)},
                         nullptr,
                         act);
    if (!number) return number;
    record(tx,
           "register.add",
           said.subject,
           act,
           {{"number", *number}, {"word", said.word}, {"kind", said.kind}});
    return number;
}

Result<std::int64_t> take_back_of_own_register(
    db::Tx& tx, const std::string& kind, const std::string& subject, TakeBack how, const Act& act) {
    if (act.reason.empty()) return no_reason();
    db::own_register::lock(tx);
    const auto before = find_statement(tx, kind, subject);
    if (!before)
        return Error{Error::Kind::NotFound, "nothing said", "The register says nothing of it."};
    const auto type =
        how == TakeBack::Bury ? RegisterEntryType::Tombstone : RegisterEntryType::Retraction;
    auto number = append(tx, {.type = type, .kind = kind, .subject = subject}, nullptr, act);
    if (!number) return number;
    record(tx,
           how == TakeBack::Bury ? "register.tombstone" : "register.retract",
           subject,
           act,
           {{"number", *number}, {"word", before->word}, {"kind", kind}});
    return number;
}

Result<std::string> rotate_own_register_key(db::Tx& tx, const Act& act) {
    if (act.reason.empty()) return no_reason();
    db::own_register::lock(tx);
    const auto old_key = load_key(tx);
    const auto new_key = crypto::PrivateKey::generate_ed25519();
    auto multikey = federation::encode_multikey(new_key.public_key());
    const auto number =
        append(tx, {.type = RegisterEntryType::Key, .key = multikey}, &old_key, act);
    if (!number) return number.error();
    db::instance_values::set(tx, key_name, new_key.pem());
    record(tx,
           "register.key",
           "register",
           act,
           {{"number", *number},
            {"before", federation::encode_multikey(old_key.public_key())},
            {"after", multikey}});
    return multikey;
}

std::optional<Json> render_own_head(db::Tx& tx, const Instance& instance, Time now) {
    if (!db::own_register::is_open(tx)) return std::nullopt;
    // An entry may hand over to another key meanwhile: both are read as of one moment.
    auto last = db::own_register::last(tx);
    auto key = load_key(tx);
    for (auto now_last = db::own_register::last(tx); number_of(now_last) != number_of(last);
         now_last = db::own_register::last(tx)) {
        last = std::move(now_last);
        key = load_key(tx);
    }
    const auto uri = own_register_uri(instance);
    auto document = federation::sign_register(
        federation::render_register_head({.id = uri,
                                          .actor = federation::server_actor_uri(instance),
                                          .at = now,
                                          .version = number_of(last),
                                          .last = last ? last->hash : "",
                                          .key = federation::encode_multikey(key.public_key()),
                                          .pages = uri + "/"}),
        key,
        now);
    if (!document) throw std::runtime_error("register: the head cannot be signed");
    return std::move(*document);
}

std::optional<Json> render_own_page(db::Tx& tx, const Instance& instance, std::int64_t page) {
    constexpr auto size = static_cast<std::int64_t>(federation::register_page_size);
    if (page < 1 || page > federation::max_register_entries / size ||
        !db::own_register::is_open(tx))
        return std::nullopt;
    Json entries = Json::array();
    for (const auto& entry : db::own_register::list(tx, (page - 1) * size + 1, page * size))
        entries.push_back(read_stored(entry.document));
    if (entries.empty()) return std::nullopt;
    return federation::render_register_page(own_register_uri(instance) + "/" + std::to_string(page),
                                            std::move(entries));
}

} // namespace moderation
