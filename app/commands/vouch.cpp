#include "app/commands.h"
#include "base/time.h"
#include "db/accounts.h"
#include "educators/vouching.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

constexpr auto by = "command line";

struct Wish {
    std::string name;
    std::string reason;
};

db::Account find_member(db::Tx& tx, const std::string& name) {
    auto account = db::accounts::find_by_handle(tx, name, "");
    if (!account) throw CommandFailed(fmt::format("there is no member \"{}\"", name));
    return std::move(*account);
}

std::string name_of(db::Tx& tx, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    return account ? account->username : to_string(id);
}

std::string describe(const db::Vouching& vouching) {
    if (vouching.state == db::VouchingState::Asked)
        return fmt::format("asked on {}", format_date(vouching.asked_at));
    return fmt::format("until {}{}",
                       format_date(vouching.until.value_or(Time{})),
                       vouching.short_since
                           ? ", a sponsor missing since " + format_date(*vouching.short_since)
                           : "");
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto living = db::vouchings::list_living(tx);
    if (living.empty()) fmt::print("Nobody is vouched for.\n");
    for (const auto& vouching : living) {
        fmt::print(
            "{}  {}, {}\n", name_of(tx, vouching.candidate), vouching.kind, describe(vouching));
        for (const auto& sponsor : db::vouchings::sponsors(tx, vouching.id))
            fmt::print("    {}: {}\n",
                       name_of(tx, sponsor.sponsor),
                       sponsor.answer.empty() ? "has not answered" : sponsor.answer);
    }
    for (const auto& freeze : db::vouchings::list_frozen(tx))
        fmt::print("{}  may not vouch since {}: {}\n",
                   name_of(tx, freeze.account),
                   format_date(freeze.frozen_at),
                   freeze.reason);
}

void check(const Result<Done>& done) {
    if (done) return;
    throw CommandFailed(done.error().shown.empty() ? done.error().detail : done.error().shown);
}

void revoke(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    check(educators::revoke_vouching(
        tx, find_member(tx, wish.name).id, wish.reason, by, system_now()));
    tx.commit();
    fmt::print("{} is no longer attested. Who vouched for them may not vouch until \"staffroom "
               "vouch unfreeze\".\n",
               wish.name);
}

void unfreeze(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    check(educators::unfreeze_sponsor(tx, find_member(tx, wish.name).id, wish.reason, by));
    tx.commit();
    fmt::print("{} may vouch for others again.\n", wish.name);
}

} // namespace

void add_vouch(CLI::App& line, const Start& start) {
    auto* vouch =
        line.add_subcommand("vouch", "educators whom no roster lists, and who stands for them")
            ->require_subcommand(1);
    vouch->add_subcommand("list", "who is vouched for, by whom; whose sponsoring is frozen")
        ->callback([&start] { list(start); });
    auto wish = std::make_shared<Wish>();
    auto* revoked = vouch->add_subcommand("revoke", "for cause; freezes those who vouched");
    revoked->add_option("name", wish->name)->required();
    revoked->add_option("--reason", wish->reason, "for the member and the moderators")->required();
    revoked->callback([&start, wish] { revoke(start, *wish); });
    auto* lifted = vouch->add_subcommand("unfreeze", "let a sponsor vouch again");
    lifted->add_option("name", wish->name)->required();
    lifted->add_option("--reason", wish->reason, "for the audit log")->required();
    lifted->callback([&start, wish] { unfreeze(start, *wish); });
}

} // namespace app
