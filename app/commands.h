#pragma once

#include "app/context.h"

#include <string>

namespace CLI {
class App;
}

/// The commands of `staffroom`, a file each under app/commands/. Every add_* declares one command
/// with its options; what it does runs when the command line was read, and throws CommandFailed.
namespace app {

void add_serve(CLI::App& line, const Start& start);
void add_migrate(CLI::App& line, const Start& start);
void add_account(CLI::App& line, const Start& start);
void add_peer(CLI::App& line, const Start& start);
void add_duty(CLI::App& line, const Start& start);
void add_invite(CLI::App& line, const Start& start);
void add_roster(CLI::App& line, const Start& start);
void add_sign_on(CLI::App& line, const Start& start);
void add_scim(CLI::App& line, const Start& start);
void add_attest(CLI::App& line, const Start& start);
void add_vouch(CLI::App& line, const Start& start);
void add_partner(CLI::App& line, const Start& start);
void add_held(CLI::App& line, const Start& start);
void add_recall(CLI::App& line, const Start& start);
void add_filter(CLI::App& line, const Start& start);
void add_rule(CLI::App& line, const Start& start);
void add_list(CLI::App& line, const Start& start);
void add_register(CLI::App& line, const Start& start);
void add_shield(CLI::App& line, const Start& start);
void add_audit(CLI::App& line, const Start& start);
void add_explain(CLI::App& line, const Start& start);
void add_announcement(CLI::App& line, const Start& start);
void add_emoji(CLI::App& line, const Start& start);
void add_annual_reports(CLI::App& line, const Start& start);
void add_trends(CLI::App& line, const Start& start);
void add_mail(CLI::App& line, const Start& start);
void add_backup(CLI::App& line, const Start& start);
void add_doctor(CLI::App& line, const Start& start);
void add_config(CLI::App& line, const Start& start);
void add_version(CLI::App& line);

} // namespace app
