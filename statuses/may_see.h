#pragma once

#include "base/id.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <string_view>
#include <vector>

/// The one rule of who may read a post; db/visibility.h runs it, migration 0021 states it.
namespace statuses {

/// May the account `reader` (ours or a peer's) read it? Everybody who passed our doors may read
/// public and unlisted posts; private ones are for accepted followers and those addressed; direct
/// and limited ones for those addressed. Never when the author is gone or suspended or has blocked
/// the reader. A boost is as visible as what it boosts. `reader` 0: somebody of an allowed host.
bool may_see(db::Tx& tx, AccountId reader, const db::Status& status);

/// Those of `statuses` that the reader may see, in the given order.
std::vector<StatusId> visible_among(db::Tx& tx,
                                    AccountId reader,
                                    const std::vector<StatusId>& statuses);

/// For a peer's signed GET: `signer` is the account whose key signed (0: the host's server actor).
/// Private posts go to hosts with an accepted follower of the author and to people addressed;
/// direct ones only to people addressed; narrow ones to people who may see them, and to no server
/// actor; local-only ones to nobody; nothing to a server that the author blocked. A boost is as visible as what it boosts. Whether the host is allowed at all is
/// the door's question.
bool may_see_from_host(db::Tx& tx,
                       std::string_view host,
                       AccountId signer,
                       const db::Status& status);

} // namespace statuses
