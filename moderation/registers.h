#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/registers.h"
#include "db/tx.h"
#include "federation/register.h"
#include "moderation/advisory_lists.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Registers of others that we follow: whom, with which key, and what came of it (decision 341).
/// What they say counts as register_effects.h says. Each act is written to the audit log.
namespace moderation {

struct RegisterWish {
    std::string name{}; ///< As of a list.
    std::string url{};  ///< The address of its head.
    std::string key{}; ///< Multikey or did:key; "" asks what it shows, to be confirmed by a person.
    bool takes_effect = false; ///< Else what it says are drafts.
};
/// Errors: Unprocessable (no reason; a bad name, address or key; one is followed already).
Result<Done> follow_register(db::Tx& tx, const RegisterWish& wish, const Act& act);
/// From now on what that key signs is believed. A person compared it with what the other house
/// published elsewhere. Errors: NotFound; Unprocessable (no reason, not the key that it shows, one
/// is pinned already).
Result<Done> confirm_register(db::Tx& tx,
                              std::string_view name,
                              std::string_view key,
                              const Act& act);
/// Takes back all that it brought, and nothing else. Blocks that a person carried out stay.
/// Errors: NotFound; Unprocessable (no reason).
Result<Done> unfollow_register(db::Tx& tx,
                               const Instance& instance,
                               std::string_view name,
                               const Act& act);

/// Lets have its effect what waited for a person. Errors: NotFound; Unprocessable (no reason,
/// nothing waits).
Result<Done> approve_register(db::Tx& tx,
                              const Instance& instance,
                              std::string_view name,
                              const Act& act);
/// What waits has no effect; what is in force stays as it is, until more is said. Errors: the same.
Result<Done> refuse_register(db::Tx& tx, std::string_view name, const Act& act);
/// Lets one draft take effect: a limit or hold, also of a member or partner, or an issuer. Returns
/// its word; a "drop" is for outbox::block_peer. Errors: NotFound; Unprocessable (no reason, in
/// force already, or an entry with nothing that could be).
Result<std::string> approve_statement(db::Tx& tx,
                                      std::string_view name,
                                      std::string_view subject,
                                      const Act& act);

/// What a check read and verified, beginning after what we had.
struct ReadRegister {
    federation::RegisterHead head{};
    std::int64_t after = 0; ///< So many entries we had.
    federation::RegisterChain chain{};
    std::vector<federation::RegisterEntry> fresh{};
};
enum class RegisterTaken {
    Nothing,
    Applied,
    Waits, ///< For a person: it changes too much at once.
    Late,  ///< Another process was faster.
};
RegisterTaken take_register(
    db::Tx& tx, const Instance& instance, db::RegisterId id, const ReadRegister& read, Time now);
/// It is not followed with a key yet: keeps what it shows.
void note_shown_key(db::Tx& tx, db::RegisterId id, std::string_view multikey, Time now);

struct RegisterTrouble {
    std::string state{};   ///< As in db::Register.
    std::string problem{}; ///< In our words.
};
/// Nothing that it said changes; it is asked again after a pause that grows. True when that state
/// is new and an owner should know.
bool note_trouble(db::Tx& tx, db::RegisterId id, const RegisterTrouble& trouble, Time now);

/// A head that is older says nothing of today.
constexpr std::chrono::days register_stale_after{14};
constexpr std::chrono::hours between_register_checks{1};

} // namespace moderation
