#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <string_view>

/// What was refused at the door: counters, so that strangers cannot fill the disk.
namespace db::door_refusals {

/// `hour` is the beginning of one.
void add(Tx& tx, std::string_view host, Time hour, std::string_view reason, std::int64_t count);
std::int64_t count(Tx& tx, std::string_view host, std::string_view reason);
void remove_older_than(Tx& tx, Time limit);

} // namespace db::door_refusals
