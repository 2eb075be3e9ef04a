#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string_view>

/// A client that repeats a POST with the same Idempotency-Key gets the first answer again.
namespace db::idempotency_keys {

/// Holds the key until this transaction ends, so that a repetition that comes at the same moment
/// waits and then finds the first one's post. Returns that post, if the key was used.
std::optional<StatusId> lock(Tx& tx, AccountId account, std::string_view key);
void insert(Tx& tx, AccountId account, std::string_view key, StatusId status, Time now);
/// Forgets keys from before `time`.
void forget_before(Tx& tx, Time time);

} // namespace db::idempotency_keys
