#pragma once

#include "base/instance.h"
#include "base/time.h"

#include <string>

namespace members {

/// What the house has in writing, and newcomers accept: clean HTML.
struct Papers {
    std::string terms{}; ///< Empty: none.
    Time terms_at{};     ///< Since when they hold.
    std::string privacy{};
    Time privacy_at{};
    std::string version{}; ///< Another one when either changes.
};

/// What this software does with what it is told, where the house has said nothing itself. HTML.
std::string usual_privacy_policy(const Instance& instance);

} // namespace members
