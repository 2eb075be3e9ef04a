#pragma once

#include "app/doors.h"
#include "educators/checking.h"
#include "jobs/periodic.h"
#include "outbox/archive.h"
#include "outbox/import.h"
#include "outbox/tasks.h"

#include <vector>

namespace app {

/// What the tasks of the clock hold on to; outlives them.
struct ClockDeps {
    const Context& context;
    Parts& parts;
    Doors& doors;
    const outbox::TaskDeps& outbox;
    const outbox::ArchiveDeps& archives;
    const outbox::ImportDeps& imports;
    const educators::CheckDeps& checking;
};

/// All that is done again and again, whoever is there.
std::vector<jobs::PeriodicTask> clock_work(const ClockDeps& deps);

} // namespace app
