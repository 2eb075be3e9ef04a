#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What peers may list: public and unlisted posts that leave this server, and of those only what
/// `reader` (the account whose key signed, 0 for a server actor) may see. In pages by id.
namespace db::collections {

struct Entry {
    StatusId id{};
    std::string uri{};
};

/// An account's posts and boosts, newest first; below `max` unless that is 0.
std::vector<StatusId> list_outbox(
    Tx& tx, AccountId account, AccountId reader, StatusId max, int limit);
/// Counts the same posts whoever reads, so that it tells nothing of others.
std::int64_t count_outbox(Tx& tx, AccountId account);

/// Answers to a post, oldest first, above `min`.
std::vector<Entry> list_replies(Tx& tx, StatusId status, AccountId reader, StatusId min, int limit);

/// The posts of a thread in the order of their time, above `min`; boosts do not belong to it.
std::vector<Entry> list_thread(
    Tx& tx, std::int64_t thread, AccountId reader, StatusId min, int limit);
std::int64_t count_thread(Tx& tx, std::int64_t thread);

} // namespace db::collections
