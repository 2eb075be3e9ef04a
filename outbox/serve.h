#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/pool.h"
#include "http/router.h"

namespace outbox {

struct ServeDeps {
    db::Pool& pool;
    const Instance& instance;
    Clock clock = system_now;
};

/// What peers GET: actors, their collections, posts and activities, threads, stamps; each only for
/// a signer of an allowed host, and private posts only for those who may read them (404 otherwise).
/// Unsigned: the server actor, WebFinger, host-meta, NodeInfo. `deps` must outlive the router.
/// PROTOCOL sections 1 to 3, 7, 13.1, 18.
void add_routes(http::Router& router, const ServeDeps& deps);

} // namespace outbox
