#pragma once

#include "base/time.h"
#include "db/pool.h"
#include "jobs/periodic.h"
#include "jobs/worker.h"
#include "mail/letters.h"
#include "mail/relay.h"

/// Letters on their way: a job each, tried again for two days while the relay does not take it.
namespace mail {

struct Post {
    db::Pool& pool;
    const Relay& relay;
    Writer writer;
    Clock clock = system_now;
};

/// The kind of job that sends letters; it waits for the network, so it wants a worker of its own
/// with a batch of 1. Without a relay letters are dropped. `post` must outlive it.
std::vector<jobs::Kind> job_kinds(const Post& post);

/// Posts the weekly digest to members who asked for it and were not here; once a day is enough.
void post_digests(db::Tx& tx, Time now);

} // namespace mail
