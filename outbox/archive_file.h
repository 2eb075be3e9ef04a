#pragma once

#include "db/accounts.h"
#include "outbox/archive.h"

#include <string>

/// What stands in an archive. Inside outbox/.
namespace outbox {

/// Where the archives lie (app/doors.cpp); drafts are there, too, since their room is.
std::string archive_folder(const ArchiveDeps& deps);

/// Writes the whole archive. Uses transactions of its own, and the media store without one.
/// False: it is not whole.
bool write_archive(const ArchiveDeps& deps, const db::Account& account, int target);

} // namespace outbox
