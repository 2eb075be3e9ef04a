#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What was refused at the door: counters, so that strangers cannot fill the disk.
namespace db::door_refusals {

/// `hour` is the beginning of one.
void add(Tx& tx, std::string_view host, Time hour, std::string_view reason, std::int64_t count);
std::int64_t count(Tx& tx, std::string_view host, std::string_view reason);
struct Refused {
    Time hour{};
    std::string reason{};
    std::int64_t count = 0;
};
/// Newest first, at most 100.
std::vector<Refused> list(Tx& tx, std::string_view host);
void remove_older_than(Tx& tx, Time limit);

} // namespace db::door_refusals
