#pragma once

#include "actors/resolve.h"
#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"
#include "inbox/received.h"
#include "jobs/worker.h"
#include "statuses/fetch.h"

#include <vector>

namespace inbox {

/// What the worker needs; made in app/, outlives the worker.
struct Work {
    db::Pool& pool;
    House house;
    actors::Resolver& resolver;
    statuses::Fetcher& posts;
    Clock clock = system_now;
};

/// Every kind of job that this folder runs: "inbox" (an activity that the door let in), "held" (a
/// decision about one that a filter held), "erase" (posts of a deleted actor), "followers_sync",
/// "gone_check".
std::vector<jobs::Kind> job_kinds(const Work& work);

} // namespace inbox
