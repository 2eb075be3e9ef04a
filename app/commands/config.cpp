#include "app/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace app {

void add_config(CLI::App& line, const Start& start) {
    auto* config = line.add_subcommand("config", "check the configuration")->require_subcommand(1);
    config->add_subcommand("check", "read it and say what is wrong, with file and line")
        ->callback([&start] {
            const auto read = load_config(start);
            fmt::print("fine: {} listens on {}\n",
                       read.server.origin,
                       fmt::join(read.server.listen, ", "));
        });
    config->add_subcommand("options", "everything that can be set")->callback([] {
        for (const auto& option : option_list()) {
            fmt::print("{:36} {:7} {}\n", option.name, option.kind, option.help);
        }
    });
}

} // namespace app
