#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <string_view>

/// Objects that answered 404: a second 404, 24 h later, deletes them (PROTOCOL section 12).
namespace db::missing_objects {

/// Remembers the answer; returns when it was first given.
Time note(Tx& tx, std::string_view uri, Time now);
void forget(Tx& tx, std::string_view uri);

} // namespace db::missing_objects
