#pragma once

#include "base/id.h"
#include "db/accounts.h"
#include "db/deliveries.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <string>
#include <vector>

namespace outbox {

/// Where something goes: an inbox and the host that it is on.
using Inbox = db::Inbox;

/// To whom something goes.
struct Recipients {
    AccountId followers_of{};          ///< Accepted followers of this account; 0: none.
    std::vector<AccountId> accounts{}; ///< Whoever is named; local ones do not count.
    std::string object_uri{};          ///< Every inbox that this object was ever sent to.
};

/// The inboxes of all of them, each once; a host's shared inbox stands for its people (PROTOCOL
/// section 13). Only hosts at an allowed level that are not given up; nobody suspended or deleted.
/// One SELECT.
std::vector<Inbox> audience_of(db::Tx& tx, const Recipients& recipients);

/// Who a post of ours, or a boost, is for: followers as its visibility says, everybody mentioned,
/// and (public ones) whom it answers or boosts. Nobody for a local-only one, nor for a narrow one,
/// which goes out by send_narrowly() alone.
Recipients readers_of(db::Tx& tx, const db::Status& status);

/// Personal inbox where there is one; for what has one recipient (Follow, Accept).
std::vector<Inbox> inbox_of(db::Tx& tx, AccountId account);

} // namespace outbox
