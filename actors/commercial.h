#pragma once

#include "base/json.h"
#include "db/accounts.h"
#include "db/tx.h"

namespace actors {

/// Whether the document says that its actor speaks for an organisation, or its account is marked
/// so.
bool is_about_commercial(const db::Account& account, const Json& document);

/// What a remote actor's document says of its organisation becomes the account's mark; without it
/// the mark goes. `account`: as it was read before the document was stored.
void put_commercial(db::Tx& tx, const db::Account& account, const Json& document);

} // namespace actors
