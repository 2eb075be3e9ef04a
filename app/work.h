#pragma once

#include "api/push_job.h"
#include "app/doors.h"
#include "educators/checking.h"
#include "educators/rest_source.h"
#include "http/metrics.h"
#include "inbox/worker.h"
#include "jobs/periodic.h"
#include "jobs/worker.h"
#include "outbox/archive.h"
#include "outbox/delivery.h"
#include "outbox/import.h"
#include "outbox/move.h"
#include "outbox/peering_post.h"
#include "outbox/register_job.h"
#include "outbox/tasks.h"
#include "outbox/verify.h"
#include "statuses/cards.h"

#include <atomic>
#include <functional>
#include <stop_token>
#include <vector>

namespace app {

/// What a thread runs until it is asked to stop.
using Loop = std::function<void(const std::stop_token&)>;

/// Everything that is done without anybody waiting at a door: jobs by kind, deliveries, and what
/// the clock asks for. Kinds that wait for something of their own (other hosts, push services,
/// the mail relay, films) have a worker of their own, so that none holds up another.
struct Work {
    /// `stop` ends the longest waits of jobs; all references outlive this.
    Work(const Context& context,
         Parts& parts,
         Doors& doors,
         http::Metrics& metrics,
         std::stop_token stop);

    /// One for each thread.
    std::vector<Loop> loops();
    /// Nobody waits for a slow peer or a long archive now; what was cut off is done again.
    void abandon();

    std::atomic<bool> is_stopping = false;
    std::int64_t inbox_workers;
    Doors& doors;
    Parts& parts;

    inbox::Work inbox_work;
    statuses::CardDeps card_deps;
    outbox::VerifyDeps verify_deps;
    outbox::PeeringPostDeps peering_deps;
    api::PushDeps push_deps;
    outbox::ArchiveDeps archive_deps;
    outbox::ImportDeps import_deps;
    outbox::MoveDeps move_deps;
    educators::PullDeps pull_deps;
    outbox::TaskDeps task_deps;
    educators::CheckDeps check_deps;
    outbox::RegisterReader registers;

    jobs::Worker inbox_worker;
    jobs::Worker backfill_worker;
    jobs::Worker mail_worker;
    jobs::Worker link_worker;
    jobs::Worker push_worker;
    jobs::Worker media_worker;
    jobs::Worker moving_worker;
    outbox::Delivery delivery;
    jobs::Periodic periodic;
};

} // namespace app
