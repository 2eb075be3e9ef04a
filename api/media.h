#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace api {

/// "0.5,-0.25": x and y from -1 to 1, cut to that; nothing when it is no such pair.
std::optional<std::array<double, 2>> read_focus(std::string_view text);

} // namespace api
