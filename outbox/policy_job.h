#pragma once

#include "actors/fetcher.h"
#include "actors/resolve.h"
#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/pool.h"
#include "jobs/periodic.h"
#include "jobs/worker.h"
#include "moderation/peer_policies.h"
#include "moderation/peers.h"

#include <string>
#include <string_view>

/// Reads what other districts promise: when a person asks for it, once a day of peers, and when a
/// peer says that it changed.
namespace outbox {

struct PolicyReader {
    db::Pool& pool;
    const Instance& instance;
    /// Over the open client: of a host that is no peer, two documents are read and no more.
    actors::Fetcher& fetcher;
    actors::Resolver& resolver; ///< Over the peer client: stores the server actors of peers.
    moderation::Peers& peers;
    Clock clock = system_now;
};

/// Reads the host's server actor, which its NodeInfo names (FEP-2677), and the policy that this one
/// names and signed; stores it (moderation::take_policy). Uses the network.
///
/// Errors, with texts to show in our own words, also kept for the owner: NotFound (no such actor or
/// document), Invalid, Unauthorized (not proven), Unavailable.
Result<moderation::Taken> read_policy_of(const PolicyReader& reader, const std::string& host);

/// Soon, by the job.
void queue_policy_check(db::Tx& tx, std::string_view host);
jobs::Kind policy_check_kind(const PolicyReader& reader);
/// Queues those that were not read for a day.
jobs::PeriodicTask policy_check_task(db::Pool& pool, Clock clock = system_now);
/// Publishes ours anew when keys or settings changed, and says so to peers.
jobs::PeriodicTask publish_policy_task(db::Pool& pool,
                                       const Instance& instance,
                                       Clock clock = system_now);

} // namespace outbox
