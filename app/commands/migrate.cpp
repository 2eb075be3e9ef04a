#include "db/migrate.h"

#include "app/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace app {

void add_migrate(CLI::App& line, const Start& start) {
    line.add_subcommand("migrate", "bring the database to this program's schema")
        ->callback([&start] {
            const auto context = open_context(start, Migrate::No);
            const auto names = db::migrate(*context.pool);
            pin_origin(*context.pool, context.instance);
            for (const auto& name : names)
                fmt::print("ran {}\n", name);
            if (names.empty()) fmt::print("nothing to do\n");
        });
}

} // namespace app
