#pragma once

#include <string>
#include <string_view>

/// Sets spdlog up for the whole program: one line per event on standard error, with control
/// characters of foreign text shown as \xNN (ATTACKS D21). `level`: debug, info, warn, error;
/// anything else is info.
void set_up_log(std::string_view level);

/// The same text with C0 and C1 control characters and DEL as \xNN, so that a name can neither
/// begin a new line nor move a terminal's cursor.
std::string escape_controls(std::string_view text);
