#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace db {

struct Mute {
    std::int64_t id = 0;
    AccountId account{};
    AccountId target{};
    bool hide_notifications = true;
    std::optional<Time> expires_at{};
    Time created_at{};
};

} // namespace db

namespace db::mutes {

/// Replaces what stood there.
void put(Tx& tx, const Mute& mute);
/// False when there was none.
bool remove(Tx& tx, AccountId account, AccountId target);
/// Expired mutes count as none, here and below.
std::optional<Mute> find(Tx& tx, AccountId account, AccountId target, Time now);
std::vector<Mute> find_all(Tx& tx,
                           AccountId account,
                           const std::vector<AccountId>& targets,
                           Time now);
std::vector<Mute> list(Tx& tx, AccountId account, const Page& page, Time now);
void remove_expired(Tx& tx, Time now);

} // namespace db::mutes
