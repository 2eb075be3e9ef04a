#pragma once

#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>

/// What belongs to the whole instance: its fixed name, its secrets, its settings.
namespace db::instance_values {

std::optional<std::string> find(Tx& tx, std::string_view name);
void set(Tx& tx, std::string_view name, std::string_view value);
/// The value that stands after the call: of two processes that start at once, one wins.
std::string set_if_absent(Tx& tx, std::string_view name, std::string_view value);

} // namespace db::instance_values
