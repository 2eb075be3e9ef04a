#pragma once

#include "inbox/received.h"

/// What other servers answer to Flags of ours.
namespace inbox {

/// An Accept of a Flag that we sent, with a case of the sender's as its result. False when it is
/// something else, or not from the server actor of the host that we asked.
bool take_case(db::Tx& tx, const Received& received);

/// An Update of such a case, by who accepted the Flag.
/// Errors: Forbidden for anybody else; Invalid (a case that cannot be read).
Result<Outcome> update_case(db::Tx& tx, const Received& received, const Json& object);

} // namespace inbox
