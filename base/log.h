#pragma once

#include <string_view>

/// Sets spdlog up for the whole program: one line per event on standard error, with control
/// characters of foreign text shown as \xNN (ATTACKS D21). `level`: debug, info, warn, error.
void set_up_log(std::string_view level);
