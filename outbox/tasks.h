#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/tx.h"
#include "http/client.h"
#include "jobs/periodic.h"

#include <vector>

namespace moderation {
class Peers;
}

namespace outbox {

struct TaskDeps {
    db::Pool& pool;
    http::Client& client; ///< The peer client.
    const Instance& instance;
    moderation::Peers& peers;
    Clock clock = system_now;
};

/// What the house does by itself: scheduled posts and poll tallies go out, polls end, held items
/// meet their deadline, hosts that were given up are asked once a day, homes are compared with
/// their definition at night, and what has served its time is removed. `deps` must outlive the
/// tasks.
std::vector<jobs::PeriodicTask> periodic_tasks(const TaskDeps& deps);

/// The parts that are worth a test of their own.
void send_tallies(db::Tx& tx, const Instance& instance, Time now);
void end_polls(db::Tx& tx, const Instance& instance, Time now);
void clean_up(db::Tx& tx, Time now);

} // namespace outbox
