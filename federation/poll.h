#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace federation {

struct PollOption {
    std::string text{}; ///< Plain text.
    std::int64_t votes = 0;
};

/// A Question's choices and tallies (PROTOCOL section 16).
struct Poll {
    bool multiple = false;
    std::vector<PollOption> options{};
    std::optional<Time> ends{}; ///< Nothing: open until closed by hand.
    std::optional<Time> closed{};
    std::optional<std::int64_t>
        voters{}; ///< Nothing: not told; with a single choice the sum of votes.
};

/// Errors: Invalid (no options, more than 20, two alike).
Result<Poll> parse_poll(const Json& question);

/// Sets oneOf or anyOf, endTime, closed and votersCount.
void render_poll(Json& question, const Poll& poll);

} // namespace federation
