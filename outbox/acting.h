#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <optional>

namespace moderation {
class Peers;
struct Outgoing;
} // namespace moderation

namespace outbox {

/// Who does something here, and when. Every verb gets one.
struct Acting {
    const Instance& instance;
    moderation::Peers& peers; ///< Who may be spoken to; for the filters.
    AccountId account{};      ///< One of our own.
    Time now{};
};

/// The account that acts. Errors: Forbidden when it is gone, suspended or not ours.
Result<db::Account> find_self(db::Tx& tx, const Acting& acting);

/// A post that the actor may read; of a boost, what it boosts.
/// Errors: NotFound, the same whether it is hidden or does not exist (ATTACKS P04).
Result<db::Status> find_readable(db::Tx& tx, const Acting& acting, StatusId id);

/// An account that can be dealt with: there, not deleted, not a server actor. Errors: NotFound.
Result<db::Account> find_other(db::Tx& tx, AccountId id);

/// Why the filters refuse it, when they do. The verdict is written to the audit log.
std::optional<Error> refusal(db::Tx& tx,
                             const Acting& acting,
                             const db::Account& self,
                             const moderation::Outgoing& outgoing);

} // namespace outbox
