#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace db {

/// A copy of somebody else's picture or film, processed; or the memory that it cannot be had.
struct RemoteMedia {
    std::string id{};
    std::string original_file{}; ///< Empty: it failed `failures` times.
    std::string small_file{};
    std::int64_t bytes = 0;
    int failures = 0;
    Time used_at{};
    Time tried_at{};
    int width = 0; ///< Of the original; 0 where only the file is of interest.
    int height = 0;
    std::string blurhash{};
};

} // namespace db

namespace db::remote_media {

std::optional<RemoteMedia> find(Tx& tx, const std::string& id);
/// In place of the one before.
void put(Tx& tx, const RemoteMedia& media);
void touch(Tx& tx, const std::string& id, Time now);

/// Copies that nobody looked at since then; those that failed too.
void remove_unused(Tx& tx, Time since);
/// Removes those not used for longest until the rest has at most that many bytes. Returns how many.
int shrink_to(Tx& tx, std::int64_t most_bytes);
std::int64_t total_bytes(Tx& tx);

} // namespace db::remote_media
