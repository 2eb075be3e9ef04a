#pragma once

#include "base/time.h"
#include "db/accounts.h"
#include "db/tx.h"

#include <string_view>

namespace outbox {

/// Ends every follow between our people and those of a host, in both directions, and queues what
/// tells them (Undo of ours, Reject of theirs); what else was queued for the host is forgotten. For
/// a peer that is about to leave the list: its level must still allow sending. Our members are told
/// which follows ended (timelines/severance.h). Returns how many did.
int end_follows_with(db::Tx& tx, std::string_view host, Time now);

/// Ends every follow from and to somebody elsewhere whom we suspended, and queues what tells them.
void end_follows_of(db::Tx& tx, const db::Account& account);

} // namespace outbox
