#pragma once

#include "jobs/periodic.h"
#include "media/store.h"

#include <cstdint>
#include <string>
#include <vector>

namespace media {

struct TaskDeps {
    db::Pool& pool;
    Store& store;
    std::string folder{};             ///< On the disk whose reserve counts.
    std::int64_t cache_bytes = 0;     ///< For copies of remote media.
    std::chrono::hours cache_time{0}; ///< Copies that nobody looked at for so long go.
    std::uint64_t reserve_bytes = 0;  ///< Of the disk; below it copies go first.
    Clock clock = system_now;
};

/// Files without a row, uploads that were never posted (after a day), and copies of remote media
/// beyond their bounds. The references live as long as the tasks.
std::vector<jobs::PeriodicTask> periodic_tasks(const TaskDeps& deps);

/// One round of each; for tests and the tasks themselves.
void remove_garbage(const TaskDeps& deps, const std::stop_token& stop = {});
void remove_unposted(const TaskDeps& deps);
void bound_copies(const TaskDeps& deps);

} // namespace media
