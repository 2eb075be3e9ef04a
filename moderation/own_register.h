#pragma once

#include "base/instance.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "db/registers.h"
#include "db/tx.h"
#include "moderation/advisory_lists.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The register that this house keeps for others: a chain of entries with a key of its own, served
/// once the owner publishes it (federation/register.h, decision 341). Acts are in the audit log.
namespace moderation {

/// From now on everybody may read it. Errors: Unprocessable (no reason).
Result<Done> publish_own_register(db::Tx& tx, const Act& act);
/// It is served no longer; what it said stays with those who follow it. Errors: the same.
Result<Done> close_own_register(db::Tx& tx, const Act& act);
/// Multikey of the key that signs; made when there is none.
std::string own_register_key(db::Tx& tx);

/// What to say of whom; numbers, hashes and time are filled in.
struct OwnStatement {
    std::string kind = "domain";
    std::string subject{};
    std::string word{};   ///< "accept", "filter", "reject", "drop".
    std::string issuer{}; ///< With accept only; may be empty.
    std::string reason{}; ///< For everybody to read.
};
/// Returns its number. Errors: Unprocessable (no reason, not an entry that others could read, said
/// already, the register is full).
Result<std::int64_t> add_to_own_register(db::Tx& tx, const OwnStatement& said, const Act& act);
enum class TakeBack {
    Retract,
    Bury, ///< A tombstone: readers are to forget what was said.
};
/// Errors: NotFound (nothing is said of it); Unprocessable (no reason).
Result<std::int64_t> take_back_of_own_register(
    db::Tx& tx, const std::string& kind, const std::string& subject, TakeBack how, const Act& act);
/// A new key, proven by the old one in an entry of its own. Returns it. Errors: Unprocessable.
Result<std::string> rotate_own_register_key(db::Tx& tx, const Act& act);

/// What ours says now.
std::vector<db::RegisterStatement> own_statements(db::Tx& tx);

std::string own_register_uri(
    const Instance& instance); ///< The fixed address: origin/actor/register
/// The head, signed now; a page of entries, from 1. Nothing while it is not published, or there is
/// no such page.
std::optional<Json> render_own_head(db::Tx& tx, const Instance& instance, Time now);
std::optional<Json> render_own_page(db::Tx& tx, const Instance& instance, std::int64_t page);

} // namespace moderation
