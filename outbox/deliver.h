#pragma once

#include "base/id.h"
#include "base/json.h"
#include "db/tx.h"
#include "outbox/audience.h"

#include <string>
#include <vector>

namespace outbox {

/// One activity on its way out.
struct Parcel {
    AccountId signer{}; ///< Whose key signs: the sender, or the server actor.
    std::string body{}; ///< The exact bytes.
    /// What it is about. What is about one object stays in order.
    std::string object_uri{};
    std::vector<Inbox> inboxes{};
    bool sync_followers = false;   ///< Adds Collection-Synchronization (FEP-8fcf).
    bool is_urgent = false;        ///< Goes out before what is queued already.
    bool remember_inboxes = false; ///< So that a later Update or Delete finds them.
};

/// Queues the parcel: one copy of the body, one row per inbox. It is sent after the commit, by the
/// delivery workers. No inboxes: nothing is written.
void deliver(db::Tx& tx, const Parcel& parcel);

} // namespace outbox
