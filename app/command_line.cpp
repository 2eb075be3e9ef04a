#include "app/command_line.h"

#include "app/commands.h"
#include "base/log.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace app {

int run_command_line(int count, char** arguments) {
    try {
        CLI::App line("Staffroom, a federated server for educators", "staffroom");
        line.require_subcommand(1);
        line.fallthrough();
        Start start;
        std::string data_dir;
        line.add_option(
                "--config", start.config_file, "TOML file (default: none; see `config options`)")
            ->envname("STAFFROOM_CONFIG")
            ->check(CLI::ExistingFile);
        line.add_option("--set", start.settings, "name=value, stronger than file and environment")
            ->allow_extra_args(false)
            ->type_name("NAME=VALUE");
        line.add_option_function<std::string>(
            "--data-dir",
            [&start](const std::string& value) {
                start.settings.push_back("server.data_dir=" + value);
            },
            "the same as --set server.data_dir=DIR");
        set_up_log("warn"); // `serve` sets its own.
        add_serve(line, start);
        add_migrate(line, start);
        add_account(line, start);
        add_peer(line, start);
        add_roster(line, start);
        add_invite(line, start);
        add_duty(line, start);
        add_sign_on(line, start);
        add_scim(line, start);
        add_attest(line, start);
        add_vouch(line, start);
        add_partner(line, start);
        add_held(line, start);
        add_filter(line, start);
        add_rule(line, start);
        add_list(line, start);
        add_register(line, start);
        add_recall(line, start);
        add_shield(line, start);
        add_audit(line, start);
        add_explain(line, start);
        add_announcement(line, start);
        add_trends(line, start);
        add_emoji(line, start);
        add_annual_reports(line, start);
        add_mail(line, start);
        add_backup(line, start);
        add_doctor(line, start);
        add_config(line, start);
        add_version(line);
        try {
            line.parse(count, arguments);
        } catch (const CLI::ParseError& error) {
            const int code = line.exit(error);
            return code == 0 ? 0 : 2;
        }
        return 0;
    } catch (const CommandFailed& error) {
        fmt::print(stderr, "staffroom: {}\n", error.what());
    } catch (const db::Unavailable& error) {
        fmt::print(stderr, "staffroom: the database cannot be reached: {}\n", error.what());
    } catch (const std::exception& error) {
        fmt::print(stderr, "staffroom: {}\n", error.what());
    }
    return 1;
}

} // namespace app
