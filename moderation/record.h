#pragma once

#include "base/time.h"
#include "db/held_items.h"
#include "db/tx.h"
#include "moderation/filters.h"

#include <string>
#include <string_view>

namespace moderation {

/// Writes a verdict other than accept to the audit log, with reason and rule version, and what a
/// filter says that only observes. For verified
/// senders only: what is refused at the door is counted, not written.
void record_verdict(db::Tx& tx, const Subject& subject, const Decision& decision, Time now);

/// Keeps an item that a filter held. `payload` is the job that goes on with it.
HeldId hold(db::Tx& tx,
            const Subject& subject,
            const Decision& decision,
            AccountId sender,
            std::string payload,
            Time now);

} // namespace moderation
