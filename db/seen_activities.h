#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <string>
#include <string_view>
#include <vector>

/// Which activities were taken. A key is a SHA-256 in hex, over sender and id, so that nobody but
/// its sender can make an id count as seen (ATTACKS A04).
namespace db::seen_activities {

/// Those of `keys` that were not seen before; they are now. A key given twice is returned once.
std::vector<std::string> insert_new(Tx& tx, const std::vector<std::string>& keys, Time now);
bool contains(Tx& tx, std::string_view key);
void remove_older_than(Tx& tx, Time limit);

} // namespace db::seen_activities
