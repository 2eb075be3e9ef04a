#pragma once

#include "inbox/dispatch.h"
#include "inbox/incoming.h"
#include "inbox/received.h"
#include "moderation/filters.h"
#include "moderation/shield.h"

#include <optional>
#include <string>
#include <vector>

namespace inbox {

/// One activity on its way through the worker.
struct Item {
    Incoming incoming{};
    Received received{};
    /// The group that passed it on (FEP-1b12); then received.activity is the inner one.
    std::optional<db::Account> group{};
    const Row* row = nullptr;
    moderation::Subject subject{};
    moderation::Decision decision{};
    std::vector<moderation::Approached> approached{}; ///< Ours, whom the sender does not know.
    bool is_over = false;           ///< Nothing is to be done, or `refusal` says why.
    std::optional<Error> refusal{}; ///< Forged or unreadable; for the audit log.
    std::optional<Error> later{};   ///< Unavailable or RateLimited: the job is tried again.
    bool has_fetched_posts = false; ///< Then the filters look once more.
};

} // namespace inbox
