#pragma once

#include <string>
#include <vector>

namespace bench {

struct Row {
    std::string what;
    std::string figure;
    std::string limit{}; ///< What bounds it on this machine.
    std::string ratio{}; ///< Figure through limit.
    std::string budget{};
};

/// A Markdown table on standard output, as it stands in docs/performance.md.
void print(const std::vector<Row>& rows);

} // namespace bench
