#pragma once

#include "base/time.h"

#include <string>

namespace api {

/// The instance documents as they are sent, made anew at most once a minute.
struct InstanceTexts {
    Time made_at{}; ///< The epoch: never.
    std::string v1{};
    std::string v2{};
};

/// The same for the weekly figures, which count posts.
struct ActivityText {
    Time made_at{};
    std::string text{};
};

/// What the house has in writing, as clean HTML.
struct Papers {
    std::string privacy_policy{}; ///< Empty: what this software does by itself.
    Time privacy_policy_at{};
    std::string terms{}; ///< Empty: none.
    Time terms_at{};     ///< Since when they hold.
};

} // namespace api
