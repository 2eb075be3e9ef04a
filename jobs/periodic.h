#pragma once

#include "base/time.h"
#include "db/pool.h"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace jobs {

/// Something that is done again and again, by one process at a time.
struct PeriodicTask {
    std::string name{};
    std::chrono::seconds every{};
    /// Opens its own transactions; ends soon when asked to stop.
    std::function<void(const std::stop_token& stop)> run{};
};

/// Runs each task when its time has come. Of several processes the one that claims it runs it; the
/// claim is a row, written before the work: a task that dies is run again at its next time.
class Periodic {
  public:
    Periodic(db::Pool& pool, std::vector<PeriodicTask> tasks, Clock clock = system_now)
        : pool_(pool), tasks_(std::move(tasks)), clock_(std::move(clock)) {}

    /// Until stopped; looks every few seconds. Called by one thread.
    void run(const std::stop_token& stop);
    /// Every task that is due, once. Returns how many this process ran.
    int run_due(const std::stop_token& stop = {});

  private:
    bool claim(const PeriodicTask& task);

    db::Pool& pool_;
    std::vector<PeriodicTask> tasks_;
    Clock clock_;
};

} // namespace jobs
