#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace db {

/// The newest archive of a member.
struct Archive {
    AccountId account{};
    Time requested_at{};
    std::optional<Time> made_at{}; ///< Nothing, or before requested_at: not made yet.
    std::string file{};            ///< "": none, or none any more.
    std::int64_t bytes = 0;

    bool is_waiting() const { return !made_at || *made_at < requested_at; }
};

} // namespace db

namespace db::archives {

/// False, and nothing changed, when one was asked for after `not_since`. What an older one was
/// stays until the new one is made.
bool request(Tx& tx, AccountId account, Time now, Time not_since);
/// Returns the name of the file before.
std::string set_made(Tx& tx, const Archive& made);
std::optional<Archive> find(Tx& tx, AccountId account);
/// Forgets the files of those that were made before, and of members who left; returns their names.
std::vector<std::string> remove_older(Tx& tx, Time before);

} // namespace db::archives
