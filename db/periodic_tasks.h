#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <chrono>
#include <string_view>

namespace db::periodic_tasks {

/// True for one of all processes when `every` has passed since a process last began this task; the
/// task then counts as begun.
bool claim(Tx& tx, std::string_view name, Time now, std::chrono::seconds every);

} // namespace db::periodic_tasks
