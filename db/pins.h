#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <vector>

namespace db::pins {

/// PROTOCOL section 18.
constexpr int max_pins = 5;

/// Pins the author's own status. False when it is pinned already, is not the account's own, or the
/// account has max_pins pins.
bool insert(Tx& tx, AccountId account, StatusId status);
/// False when it was not pinned.
bool remove(Tx& tx, AccountId account, StatusId status);
/// Makes `statuses` (the account's own among them) the pins, in this order; at most max_pins.
void replace(Tx& tx, AccountId account, const std::vector<StatusId>& statuses);
/// Latest pin first.
std::vector<StatusId> list(Tx& tx, AccountId account);
/// Which of `statuses` their authors have pinned.
std::vector<StatusId> among(Tx& tx, const std::vector<StatusId>& statuses);

} // namespace db::pins
