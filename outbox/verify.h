#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/pool.h"
#include "db/tx.h"
#include "http/client.h"
#include "jobs/worker.h"

namespace outbox {

struct VerifyDeps {
    db::Pool& pool;
    http::Client& client; ///< The open client.
    const Instance& instance;
    Clock clock = system_now;
};

/// A profile field that is nothing but a link is verified when the page links back to the profile
/// with rel=me. A page that cannot be had now changes nothing; one without the link takes the mark
/// away. Waits for foreign hosts: for a worker of its own. `deps` must outlive it.
/// Source: https://docs.joinmastodon.org/user/profile/#verification
jobs::Kind verify_job_kind(const VerifyDeps& deps);

/// After the fields of one of ours changed; nothing when none of them is a link.
void queue_verification(db::Tx& tx, const db::Account& account);

} // namespace outbox
