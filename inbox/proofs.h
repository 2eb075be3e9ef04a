#pragma once

#include "base/result.h"
#include "federation/activity.h"

namespace inbox {

struct Door;

/// Whether the activity carries a valid object proof by its own actor (FEP-8b32), whose key is
/// known or fetched within the door's bounds. It then stands above who signed the request, but
/// lifts nobody past the gate.
///
/// Errors: Unauthorized (none, or worthless: the HTTP signature decides alone); Unavailable.
Result<Done> check_proof(Door& door, const federation::Activity& activity);

} // namespace inbox
