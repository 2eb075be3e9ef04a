#include "jobs/periodic.h"

#include "db/periodic_tasks.h"
#include "db/tx.h"
#include "jobs/wake.h"

#include <spdlog/spdlog.h>

namespace jobs {

void Periodic::run(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds look_every{5'000};
    Wake nobody; // Waits and hears a stop; nobody else wakes it.
    while (!stop.stop_requested()) {
        run_due(stop);
        nobody.wait(stop, nobody.count(), look_every);
    }
}

int Periodic::run_due(const std::stop_token& stop) {
    int ran = 0;
    for (const PeriodicTask& task : tasks_) {
        if (stop.stop_requested()) break;
        try {
            if (!claim(task)) continue;
            ++ran;
            task.run(stop);
        } catch (const std::exception& error) {
            spdlog::warn("jobs: periodic task failed name={}: {}", task.name, error.what());
        }
    }
    return ran;
}

bool Periodic::claim(const PeriodicTask& task) {
    db::Tx tx(pool_, db::Durability::Lazy);
    const bool is_ours = db::periodic_tasks::claim(tx, task.name, clock_(), task.every);
    tx.commit();
    return is_ours;
}

} // namespace jobs
