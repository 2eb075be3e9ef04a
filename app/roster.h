#pragma once

#include "app/config.h"
#include "educators/import.h"
#include "educators/rest_source.h"
#include "jobs/periodic.h"
#include "jobs/worker.h"

namespace app {

educators::RosterDesk roster_desk(db::Pool& pool, const Instance& instance, const Config& config);

/// The REST service of the configuration, which names one.
educators::RestService roster_service(const Config& config);

/// Asks the service when the clock or a person wants it. `deps` must outlive the kind.
jobs::Kind roster_pull_kind(const educators::PullDeps& deps);

/// The watched folder, if there is one; the service's turns; roles that begin and end; forgetting.
std::vector<jobs::PeriodicTask> roster_tasks(const educators::RosterDesk& desk,
                                             const Config& config);

} // namespace app
