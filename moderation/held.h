#pragma once

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/held_items.h"
#include "db/tx.h"

#include <string_view>

namespace moderation {

/// Decides about a held item: it goes on, or its sender is refused, as a job that the inbox worker
/// takes up (this layer acts through no door). `by` is "command line" or an account's uri.
///
/// Errors: NotFound; Unprocessable when it was decided before.
Result<db::HeldItem> decide_held(
    db::Tx& tx, HeldId id, db::HeldDecision decision, std::string_view by, Time now);

/// The items whose deadline has passed get their default. Returns how many.
int decide_due(db::Tx& tx, Time now);

} // namespace moderation
