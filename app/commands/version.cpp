#include "app/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace app {

void add_version(CLI::App& line) {
    line.add_subcommand("version", "which program this is")->callback([] {
        fmt::print("staffroom {}\n", STAFFROOM_VERSION);
    });
}

} // namespace app
