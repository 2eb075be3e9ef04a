#include "bench/report.h"

#include <fmt/format.h>

namespace bench {

void print(const std::vector<Row>& rows) {
    fmt::print("\n| what | figure | limit of the machine | ratio | budget |\n"
               "|---|---|---|---|---|\n");
    for (const Row& row : rows) {
        fmt::print(
            "| {} | {} | {} | {} | {} |\n", row.what, row.figure, row.limit, row.ratio, row.budget);
    }
}

} // namespace bench
