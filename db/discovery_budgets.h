#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <string_view>

/// How many new accounts a host showed us in a window (PROTOCOL section 19, ATTACKS D10).
namespace db::discovery_budgets {

/// One more; the count of that window, this one included.
std::int64_t add(Tx& tx, std::string_view host, Time window_start);
std::int64_t count(Tx& tx, std::string_view host, Time window_start);
void remove_older_than(Tx& tx, Time limit);

} // namespace db::discovery_budgets
