#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <string_view>

/// Attempts, counted per key and window, over all processes. Keys are keyed hashes.
namespace db::throttles {

/// Counts one more and returns how many there are in this window now.
int count(Tx& tx, std::string_view key, Time window_start);
/// One that turned out well is not held against anybody.
void take_back(Tx& tx, std::string_view key, Time window_start);
void forget(Tx& tx, std::string_view key);
void remove_before(Tx& tx, Time window_start);

} // namespace db::throttles
