#pragma once

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/held_items.h"
#include "db/tx.h"

#include <string_view>

namespace moderation {

/// The jobs that go on with a decided item: the inbox's, and the outbox's.
constexpr auto held_activity_job = "held";
constexpr auto held_post_job = "held_post";

/// Decides about a held item: it goes on, or its sender is refused, as a job that the
/// inbox or the outbox takes up (this layer acts through no door). `by` is "command line" or an
/// account's uri.
///
/// Errors: NotFound; Unprocessable when it was decided before.
Result<db::HeldItem> decide_held(
    db::Tx& tx, HeldId id, db::HeldDecision decision, std::string_view by, Time now);

/// The items whose deadline has passed get their default. Returns how many.
int decide_due(db::Tx& tx, Time now);

} // namespace moderation
