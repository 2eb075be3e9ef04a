#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/pool.h"
#include "jobs/worker.h"

namespace outbox {

/// Tells followers about a profile that a layer below changed: the job
/// educators::profile_changed_job. `instance` must outlive it.
jobs::Kind profile_changed_kind(const Instance& instance, Clock clock = system_now);

} // namespace outbox
