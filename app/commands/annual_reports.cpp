#include "db/annual_reports.h"

#include "app/commands.h"
#include "db/audit_log.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace app {
namespace {

void switch_to(const Start& start, bool on) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    db::annual_reports::set_on(tx, on);
    db::audit_log::insert(tx,
                          {.actor = "command line",
                           .act = on ? "annual_reports.on" : "annual_reports.off",
                           .subject = "annual_reports"});
    tx.commit();
    fmt::print("Annual reports are {}.\n",
               on ? "on; members who ask get one, for themselves"
                  : "off; those that were made stay their members'");
}

} // namespace

void add_annual_reports(CLI::App& line, const Start& start) {
    auto* reports =
        line.add_subcommand("annual-reports", "a member's year in numbers, for that member alone")
            ->require_subcommand(1);
    reports->add_subcommand("on", "let members ask for them (the default)")->callback([&start] {
        switch_to(start, true);
    });
    reports->add_subcommand("off", "make no new ones")->callback([&start] {
        switch_to(start, false);
    });
}

} // namespace app
