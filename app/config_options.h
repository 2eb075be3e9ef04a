#pragma once

#include "app/config.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The table of all that an administrator can set.
namespace app {

using Text = std::string;
using Number = std::int64_t;
using List = std::vector<std::string>;
using Table = std::map<std::string, std::string>;

/// Where an option's value lives. The alternative that is used is the option's type.
using Place = std::variant<Text* (*)(Config&),
                           Number* (*)(Config&),
                           bool* (*)(Config&),
                           List* (*)(Config&),
                           Table* (*)(Config&)>;

struct Option {
    std::string_view name; ///< "section.key".
    Place place;
    std::string_view help;
    Number least = 0; ///< Of a number.
    Number most = 0;
};

std::span<const Option> options();

} // namespace app
