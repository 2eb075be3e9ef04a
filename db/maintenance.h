#pragma once

#include "db/pool.h"

#include <string>

/// What only the commands for backup, restore and doctor ask of a database.
namespace db::maintenance {

/// Whether there is anything that a restore would overwrite.
bool holds_accounts(Pool& pool);
/// Other connections to this database than our own: a server that runs.
int other_connections(Pool& pool);
/// Removes every table, function and view of ours. There is no way back.
void drop_everything(Pool& pool);
/// PostgreSQL's version: 150008 for 15.8.
int server_version(Pool& pool);
/// The database server's clock minus ours, in milliseconds.
long clock_difference_ms(Pool& pool);

} // namespace db::maintenance
