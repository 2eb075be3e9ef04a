#pragma once

#include "db/statuses.h"

#include <string>
#include <string_view>
#include <vector>

namespace statuses {

/// Who an object of ours is for, on the wire.
struct Addressing {
    std::vector<std::string> to{};
    std::vector<std::string> cc{};
    bool operator==(const Addressing&) const = default;
};

/// The outgoing half of the table of PROTOCOL section 10. `mentioned`: actor ids; each stands once.
Addressing address(db::Visibility visibility,
                   std::string_view followers_uri,
                   const std::vector<std::string>& mentioned);

} // namespace statuses
