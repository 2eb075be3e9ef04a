#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string_view>

/// Bans of our people from somebody's group (Lemmy's Block with a target): no personal block.
namespace db::group_bans {

void put(Tx& tx, std::string_view group_uri, AccountId account, std::optional<Time> until);
void remove(Tx& tx, std::string_view group_uri, AccountId account);
bool exists(Tx& tx, std::string_view group_uri, AccountId account, Time now);

} // namespace db::group_bans
