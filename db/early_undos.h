#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <string_view>

/// An Undo that came before what it undoes: the late activity is dropped (PROTOCOL section 12).
namespace db::early_undos {

void insert(Tx& tx, std::string_view actor_uri, std::string_view activity_uri, Time at);
bool exists(Tx& tx, std::string_view actor_uri, std::string_view activity_uri, Time since);
void remove_older_than(Tx& tx, Time limit);

} // namespace db::early_undos
