#pragma once

#include "base/json.h"
#include "outbox/publish.h"

namespace outbox {

/// A draft that waits in a row, with the names of Mastodon's ScheduledStatus.params.
/// https://docs.joinmastodon.org/entities/ScheduledStatus/#params
Json write_draft(const Draft& draft);
/// What write_draft() wrote.
Draft read_draft(const Json& params);

} // namespace outbox
