#pragma once

#include "base/id.h"
#include "db/page.h"
#include "db/tx.h"

#include <vector>

/// Whom an account recommends on its profile.
namespace db::endorsements {

/// False when it stands already.
bool insert(Tx& tx, AccountId account, AccountId target);
/// False when there was none.
bool remove(Tx& tx, AccountId account, AccountId target);
/// Newest first, without whoever is suspended or deleted and without whom the reader hides; page by
/// the endorsement's key.
std::vector<Keyed<AccountId>> list(Tx& tx, AccountId account, AccountId reader, const Page& page);

} // namespace db::endorsements
