#include "app/commands.h"
#include "base/time.h"
#include "members/invitations.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

void make(const Start& start, const members::NewInvitation& wanted) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto code = members::invite(tx, wanted, system_now());
    if (!code) throw CommandFailed(code.error().shown);
    tx.commit();
    fmt::print("{}/join?invite={}\n", context.instance.origin, *code);
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const Time now = system_now();
    for (const auto& invitation : db::invitations::list(tx)) {
        fmt::print("{}  {} of {} used, until {}{}  {}\n",
                   to_string(invitation.id),
                   invitation.uses,
                   invitation.max_uses,
                   format_date(invitation.expires_at),
                   invitation.is_good(now) ? "" : " (no longer good)",
                   invitation.note);
    }
}

void revoke(const Start& start, const std::string& id) {
    const auto context = open_context(start);
    const auto number = parse_id(id);
    db::Tx tx(*context.pool);
    if (!number || !members::revoke_invitation(tx, {*number}, "command line", system_now()))
        throw CommandFailed("there is no such invitation; `staffroom invite list` shows them");
    tx.commit();
    fmt::print("{} lets nobody in any more.\n", id);
}

} // namespace

void add_invite(CLI::App& line, const Start& start) {
    auto* invite =
        line.add_subcommand("invite", "links that let people join")->require_subcommand(1);
    auto wanted = std::make_shared<members::NewInvitation>();
    wanted->by = "command line";
    auto* made = invite->add_subcommand("make", "print a new link; it is stored nowhere");
    made->add_option("--uses", wanted->uses, "for how many people (1)");
    made->add_option("--days", wanted->days, "for how many days (14)");
    made->add_option("--note", wanted->note, "for whom, in your words");
    made->callback([&start, wanted] { make(start, *wanted); });
    invite->add_subcommand("list", "with uses and days left")->callback([&start] { list(start); });
    auto id = std::make_shared<std::string>();
    auto* revoked = invite->add_subcommand("revoke", "it lets nobody in any more");
    revoked->add_option("id", *id)->required();
    revoked->callback([&start, id] { revoke(start, *id); });
}

} // namespace app
