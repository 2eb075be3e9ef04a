#pragma once

#include "base/id.h"
#include "base/result.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <chrono>
#include <optional>

namespace outbox {

struct MuteOptions {
    bool hide_notifications = true;
    std::optional<std::chrono::seconds> duration{}; ///< Nothing: until it is taken back.
};

/// Mutes an account, or changes the mute; nobody is told. Errors: NotFound; Forbidden (oneself).
Result<Done> mute(db::Tx& tx,
                  const Acting& acting,
                  AccountId target,
                  const MuteOptions& options = {});
Result<Done> unmute(db::Tx& tx, const Acting& acting, AccountId target);

/// The same for the thread of a post: no more notifications from it. Errors: NotFound.
Result<Done> mute_thread(db::Tx& tx, const Acting& acting, StatusId id);
Result<Done> unmute_thread(db::Tx& tx, const Acting& acting, StatusId id);

} // namespace outbox
