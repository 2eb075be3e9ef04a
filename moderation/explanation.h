#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <string>
#include <string_view>
#include <vector>

namespace moderation {

/// What was decided about an activity, a post, an account or a host, and why.
struct Reason {
    Time at{};
    std::string verdict{}; ///< "hold", ...; "refused" at the door.
    std::string filter{};  ///< Or "door".
    std::string sentence{};
    bool observed = false; ///< Counted only: it had no effect.
};

/// Why did this not arrive? `what` is the id of an activity, post or account, or a host; newest
/// first, at most 100. Of what was refused at the door only the host and the hour are known.
std::vector<Reason> why(db::Tx& tx, std::string_view what);

} // namespace moderation
