#pragma once

#include "app/config.h"

#include <string>
#include <string_view>
#include <vector>

namespace app {

/// A configuration as far as it was read, and what is wrong with it.
struct ConfigDraft {
    Config config{};
    std::vector<std::string> faults{}; ///< All at once, one sentence each.

    void fault(std::string_view where, std::string_view what);
};

/// What each value may be by itself and beside the others; adds a fault for each that may not.
/// Reads the files that values name as secrets, and fills in what follows from other values.
void check_config(ConfigDraft& draft);

} // namespace app
