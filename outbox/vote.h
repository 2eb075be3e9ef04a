#pragma once

#include "base/id.h"
#include "base/result.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <vector>

namespace outbox {

/// Votes once in a poll, ours or a peer's (then one Create goes to its author alone). Returns the
/// poll's post. `choices` are indexes of options.
/// Errors: NotFound (not there for this member); Unprocessable (over, voted already, one's own
/// poll, no such choice, more than one where one is wanted).
Result<db::Status> vote(db::Tx& tx, const Acting& acting, PollId poll, std::vector<int> choices);

} // namespace outbox
