#pragma once

#include "actors/keys.h"
#include "base/json.h"
#include "base/time.h"
#include "db/pool.h"
#include "db/tx.h"
#include "http/client.h"
#include "jobs/worker.h"

#include <string>
#include <string_view>

/// What server actors say to each other while no level lets deliveries through: Follow, Accept,
/// Reject, Undo, and the Update of a policy.
namespace outbox {

struct PeeringPostDeps {
    db::Pool& pool;
    http::Client& client; ///< The open one: the peer client refuses hosts that are no peers.
    actors::KeyRing& keys;
    AccountId server_actor{};
    Clock clock = system_now;
};

/// Queues one activity of the server actor to one inbox, after the others to that host.
void post_to_house(db::Tx& tx,
                   std::string_view host,
                   const std::string& inbox,
                   const Json& activity);

/// The job that sends them, tried again for two days. `deps` must outlive it.
jobs::Kind peering_post_kind(const PeeringPostDeps& deps);

} // namespace outbox
