#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/advisories.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using RegisterId = Id<struct RegisterTag>;

/// A row of `registers`: one that we follow.
struct Register {
    RegisterId id{};
    std::string name{};
    std::string url{};
    AdvisoryListId list{};
    bool takes_effect = false;
    std::string pinned_key{};
    std::string signing_key{};
    std::string shown_key{};
    std::int64_t version = 0;
    std::string last_hash{};
    std::optional<Time> head_at{};
    std::int64_t applied = 0;
    std::int64_t refused = 0;
    std::optional<Time> window_from{};
    std::int64_t window_base = 0;
    std::int64_t window_moved = 0;
    std::string state{}; ///< As the column's check says.
    std::string problem{};
    Time state_at{};
    std::optional<Time> checked_at{};
    Time next_check{};
    int failures = 0;
    std::string created_by{};
    Time created_at{};

    /// Something is verified that a person must allow first.
    bool waits() const { return version > applied && version > refused; }
};

/// An entry of its chain.
struct RegisterRow {
    std::int64_t number = 0;
    std::string type{}; ///< "recommendation", "retraction", "tombstone", "key".
    std::string kind{}; ///< "domain", "link-domain".
    std::string subject{};
    std::string word{};
    std::string issuer{};
    std::string reason{};
    std::string hash{};
    Time said_at{};
    Time taken_at{};
};

/// What a register says now of one subject.
struct RegisterStatement {
    std::string kind{};
    std::string subject{};
    std::string word{};
    std::string issuer{};
    std::string reason{};
    std::int64_t number = 0;
    bool in_force = false; ///< Of accept: its issuer counts.
};

struct OwnRegisterEntry {
    std::int64_t number = 0;
    std::string document{};
    std::string hash{};
    Time at{};
    std::string made_by{};
};

} // namespace db

namespace db::registers {

/// Nothing when there is one of that name or address.
std::optional<RegisterId> insert(Tx& tx, const Register& row);
std::optional<Register> find(Tx& tx, std::string_view name);
/// Until the end of the transaction nobody else changes it.
std::optional<Register> lock(Tx& tx, RegisterId id);
std::vector<Register> list(Tx& tx);
/// Those whose time has come; the longest waiting first.
std::vector<Register> list_due(Tx& tx, Time now, int most);
/// Everything that changes: keys, where it stands, state.
void update(Tx& tx, const Register& row);
/// With entries and statements; its list stays.
void remove(Tx& tx, RegisterId id);
bool has_list(Tx& tx, AdvisoryListId list); ///< Whether that list is a register's.

void insert_entries(Tx& tx, RegisterId id, const std::vector<RegisterRow>& entries);
/// In order, up to that number.
std::vector<RegisterRow> list_entries(Tx& tx, RegisterId id, std::int64_t until);
/// Those taken since then, newest first, at most `most`.
std::vector<RegisterRow> list_taken(Tx& tx, RegisterId id, Time since, int most);
/// What was said of it is forgotten; that something was said stays in the chain.
void forget_reasons(Tx& tx, RegisterId id, std::string_view kind, std::string_view subject);

std::vector<RegisterStatement> list_statements(Tx& tx, RegisterId id); ///< By kind and subject.
void put_statements(Tx& tx, RegisterId id, const std::vector<RegisterStatement>& statements);
void remove_statements(Tx& tx,
                       RegisterId id,
                       const std::vector<std::string>& kinds,
                       const std::vector<std::string>& subjects);
/// False when there is no such draft.
bool set_in_force(Tx& tx, RegisterId id, std::string_view subject);

} // namespace db::registers

namespace db::own_register {

bool is_open(Tx& tx); ///< Everybody may read it.
void set_open(Tx& tx, bool open);
/// Until the end of the transaction nobody else adds to it.
void lock(Tx& tx);
std::optional<OwnRegisterEntry> last(Tx& tx);
void insert(Tx& tx, const OwnRegisterEntry& entry);
/// From `first` to `last`, in order.
std::vector<OwnRegisterEntry> list(Tx& tx, std::int64_t first, std::int64_t last);

} // namespace db::own_register
