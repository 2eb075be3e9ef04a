#include "app/commands.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/users.h"
#include "members/invitations.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

struct Wish {
    members::NewInvitation invitation{};
    bool guest = false;
    std::string until{};
    std::vector<std::string> circle{};
};

AccountId find_member(db::Tx& tx, const std::string& name) {
    const auto account = db::accounts::find_by_handle(tx, name, "");
    const auto user = account ? db::users::find(tx, account->id) : std::nullopt;
    if (!user || user->state != db::MemberState::Active)
        throw CommandFailed(fmt::format("there is no member named {}", name));
    return account->id;
}

void make(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    auto wanted = wish.invitation;
    if (wish.guest) {
        wanted.guest_until = parse_iso8601(wish.until);
        if (!wanted.guest_until) throw CommandFailed("--until wants a date such as 2027-07-31");
        for (const auto& name : wish.circle)
            wanted.circle.push_back(find_member(tx, name));
    } else if (!wish.until.empty() || !wish.circle.empty()) {
        throw CommandFailed("--until and --circle are of a --guest");
    }
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
        fmt::print("{}  {} of {} used, until {}{}{}  {}\n",
                   to_string(invitation.id),
                   invitation.uses,
                   invitation.max_uses,
                   format_date(invitation.expires_at),
                   invitation.is_good(now) ? "" : " (no longer good)",
                   invitation.guest_until
                       ? fmt::format(" (guest until {})", format_date(*invitation.guest_until))
                       : "",
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
    auto wish = std::make_shared<Wish>();
    auto* wanted = &wish->invitation;
    wanted->by = "command line";
    auto* made = invite->add_subcommand("make", "print a new link; it is stored nowhere");
    made->add_option("--uses", wanted->uses, "for how many people (1)");
    made->add_option("--days", wanted->days, "for how many days (14)");
    made->add_option("--note", wanted->note, "for whom, in your words");
    made->add_flag("--guest", wish->guest, "a guest of one circle, attested by nobody");
    made->add_option("--until", wish->until, "of a guest: the date when the account ends");
    made->add_option("--circle", wish->circle, "of a guest: names of members, with commas")
        ->delimiter(',');
    made->callback([&start, wish] { make(start, *wish); });
    invite->add_subcommand("list", "with uses and days left")->callback([&start] { list(start); });
    auto id = std::make_shared<std::string>();
    auto* revoked = invite->add_subcommand("revoke", "it lets nobody in any more");
    revoked->add_option("id", *id)->required();
    revoked->callback([&start, id] { revoke(start, *id); });
}

} // namespace app
