#include "jobs/queue.h"

namespace jobs {

void enqueue(db::Tx& tx, const Job& job) {
    enqueue(tx, std::vector<Job>{job});
}

void enqueue(db::Tx& tx, const std::vector<Job>& jobs) {
    if (jobs.empty()) return;
    db::jobs::insert(tx, jobs);
    db::jobs::notify(tx);
}

} // namespace jobs
