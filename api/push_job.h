#pragma once

#include "base/crypto_p256.h"
#include "base/instance.h"
#include "base/time.h"
#include "db/pool.h"
#include "http/client.h"
#include "jobs/worker.h"

namespace media {
class Links;
}

namespace api {

struct PushDeps {
    db::Pool& pool;
    http::Client& client; ///< The open one: push services are no peers.
    const Instance& instance;
    const media::Links& links;
    const crypto::P256Key& vapid_key;
    Clock clock = system_now;
};

/// Jobs that push one notification to one subscription (timelines::push_job): encrypted for the
/// app alone (RFC 8291; or the draft that older clients of Mastodon expect), signed (RFC 8292).
/// A subscription whose service says 404 or 410 goes; a service that is busy or away is tried again
/// a few times; what is older than a day is not sent any more.
jobs::Kind push_kind(const PushDeps& deps);

} // namespace api
