#pragma once

#include "db/pool.h"

#include <string>
#include <vector>

namespace db {

/// Brings the database to this program's schema: runs the files of db/migrations that it does not
/// have yet, in order, each in a transaction of its own. Two servers that start at once are kept
/// apart by an advisory lock. Returns the names of the files that were run.
///
/// Throws Unavailable; std::runtime_error when the database is newer than this program.
std::vector<std::string> migrate(Pool& pool);

/// The number of migrations that the database lacks; for `doctor` and the readiness check.
int missing_migrations(Pool& pool);

} // namespace db
