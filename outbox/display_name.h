#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/tx.h"

#include <string_view>

namespace outbox {

/// Whether one of ours may bear this display name (decision 361). Refused is what passes for a
/// badge, for a role here or in a school that they do not have, for the house itself, or for
/// somebody who looks after it. Namesakes of other members are not refused: people share names.
///
/// Errors: Unprocessable, with a text to show.
Result<Done> check_display_name(db::Tx& tx,
                                const Instance& instance,
                                const db::Account& member,
                                std::string_view name,
                                Time now);

} // namespace outbox
