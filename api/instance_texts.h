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

} // namespace api
