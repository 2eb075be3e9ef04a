#pragma once

#include "base/id.h"
#include "db/tx.h"
#include "outbox/audience.h"

#include <string>
#include <vector>

namespace outbox {

/// One activity on its way out.
struct Parcel {
    AccountId signer{};       ///< Whose key signs: the sender, or the server actor.
    std::string body{};       ///< The exact bytes.
    std::string object_uri{}; ///< The object it is about; its inboxes are remembered, so that
                              ///< Delete and Update find them, and what is about it stays in order.
    std::vector<Inbox> inboxes{};
    bool sync_followers = false; ///< Adds Collection-Synchronization (FEP-8fcf).
};

/// Queues the parcel: one copy of the body, one row per inbox. It is sent after the commit, by the
/// delivery workers. No inboxes: nothing is written.
void deliver(db::Tx& tx, const Parcel& parcel);

} // namespace outbox
