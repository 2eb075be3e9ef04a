#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "jobs/worker.h"
#include "moderation/peers.h"

namespace outbox {

struct HeldPostDeps {
    const Instance& instance;
    moderation::Peers& peers;
    Clock clock = system_now;
};

/// Goes on with a member's draft that a filter held and a person decided about: published in the
/// transaction that ends the job, so exactly once. What cannot become a post any more (its parent
/// is gone, the author suspended) is in the audit log.
jobs::Kind held_post_kind(const HeldPostDeps& deps);

} // namespace outbox
