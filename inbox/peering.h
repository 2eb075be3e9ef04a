#pragma once

#include "base/result.h"
#include "federation/activity.h"
#include "federation/signature.h"

namespace inbox {

struct Door;

/// The one thing that is taken from an unknown host (DESIGN section 2): a Follow of our server
/// actor, signed by that host's server actor. It is kept for a person: one per host, 20 a day, at
/// the price of one guarded key fetch; no text of theirs is stored. A second one of the same host
/// changes nothing.
///
/// Errors: Unauthorized (the signature, or no server actor); RateLimited; Unavailable.
Result<Done> hold_peering_follow(Door& door,
                                 const federation::Activity& activity,
                                 const federation::ParsedSignature& signature);

/// Whether it is an Accept, Reject or Undo about being peers, by the server actor that we asked or
/// that asked us: the one other thing that is taken from a host that is not, or no longer, allowed.
/// Reads rows only.
bool is_peering_answer(Door& door, const federation::Activity& activity);
/// Verifies it with a key read anew, and applies it.
/// Errors: Unauthorized, Unavailable.
Result<Done> hear_peering_answer(Door& door,
                                 const federation::Activity& activity,
                                 const federation::ParsedSignature& signature);

} // namespace inbox
