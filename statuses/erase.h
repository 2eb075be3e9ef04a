#pragma once

#include "base/id.h"
#include "db/tx.h"

namespace statuses {

/// The kind of the job that erases what a deleted actor had posted.
constexpr auto erase_job = "erase";

/// Begins, or goes on; one job erases a few hundred and queues the next.
void queue_erasing(db::Tx& tx, AccountId account);

} // namespace statuses
