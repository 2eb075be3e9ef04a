#pragma once

#include "base/json.h"
#include "base/result.h"
#include "db/tx.h"
#include "inbox/received.h"

/// Recalls between districts (outbox/recall.h).
namespace inbox {

/// The object of an Offer: another server withdraws a post of its own people. It is erased with the
/// copies of its media, stays buried, and the Offer is accepted; also when it never came here.
/// Errors: NotFound (no recall); Forbidden (not the server actor of the post's house).
Result<Outcome> take_recall(db::Tx& tx,
                            const House& house,
                            const Received& received,
                            const Json& object);

/// An Accept of what we asked: the server confirms. False when it is about something else.
bool confirms_our_recall(db::Tx& tx, const House& house, const Received& received);

} // namespace inbox
