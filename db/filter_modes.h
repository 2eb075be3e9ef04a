#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace db::filter_modes {

/// Names of the filters that only observe.
std::vector<std::string> observed(Tx& tx);
void set(Tx& tx, std::string_view filter, bool observes);

/// How often a filter spoke, by its verdict and reason, since a time.
struct Count {
    std::string filter{};
    std::string verdict{};
    std::string reason{};
    bool observed = false; ///< It was counted only.
    std::int64_t count = 0;
};
std::vector<Count> counts(Tx& tx, Time since);

} // namespace db::filter_modes
