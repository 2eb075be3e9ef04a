#pragma once

#include "educators/import.h"

#include <string>

namespace educators {

/// Imports what lies in the watched folder and was not seen as it is now: ZIPs, and folders with a
/// manifest. What was changed in the last minute may still be written and is left for the next
/// time; so is a ZIP that cannot be opened yet, but it is told. Nothing in the folder is changed.
/// Returns how many packages were looked at. A folder that cannot be read is an error of the log.
int import_watched(const RosterDesk& desk, const std::string& folder, Time now);

} // namespace educators
