#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

struct Tombstone {
    std::string uri{};
    std::string account_uri{}; ///< Who deleted it.
    bool local = false;        ///< Ours are kept for ever: they answer 410.
    Time deleted_at{};
};

} // namespace db

namespace db::tombstones {

void insert(Tx& tx, const Tombstone& tombstone);
/// For these statuses and for boosts of them, before they are removed.
void insert_for_statuses(Tx& tx, const std::vector<StatusId>& ids, Time now);
std::optional<Tombstone> find(Tx& tx, std::string_view uri);
/// Which of `uris` are buried.
std::vector<std::string> among(Tx& tx, const std::vector<std::string>& uris);
/// What its house recalled: it is kept for ever.
void bury_recalled(Tx& tx, std::string_view uri, std::string_view account_uri, Time now);
/// How many this account made since.
std::int64_t count_of(Tx& tx, std::string_view account_uri, Time since);
/// Remote ones only, but for the recalled. Returns how many.
int remove_older(Tx& tx, Time before);

} // namespace db::tombstones
