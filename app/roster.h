#pragma once

#include "app/config.h"
#include "educators/import.h"
#include "jobs/periodic.h"

namespace app {

educators::RosterDesk roster_desk(db::Pool& pool, const Instance& instance, const Config& config);

/// The watched folder, if there is one; roles that begin and end; forgetting.
std::vector<jobs::PeriodicTask> roster_tasks(const educators::RosterDesk& desk,
                                             const Config& config);

} // namespace app
