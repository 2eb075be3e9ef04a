#include "app/commands.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/attestation_claims.h"
#include "db/attestations.h"
#include "db/audit_log.h"
#include "educators/attestation.h"
#include "educators/standing.h"
#include "educators/vouching.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

db::Account find_account(db::Tx& tx, const std::string& name) {
    const auto at = name.find('@');
    const auto account = db::accounts::find_by_handle(
        tx, name.substr(0, at), at == std::string::npos ? std::string() : name.substr(at + 1));
    if (!account || account->deleted_at)
        throw CommandFailed(fmt::format("nobody is known here under the name {}", name));
    return *account;
}

[[noreturn]] void fail(const Error& error) {
    throw CommandFailed(error.shown.empty() ? error.detail : error.shown);
}

struct Wish {
    std::string name;
    std::string kind;
    std::string until;
    std::string reason;
    bool for_cause = false;
};

std::optional<Time> parse_until(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto until = parse_iso8601(text);
    if (!until) throw CommandFailed("--until wants a date such as 2027-07-31");
    return until;
}

void grant(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    const Time now = system_now();
    db::Tx tx(*context.pool);
    const auto account = find_account(tx, wish.name);
    const auto issuer =
        educators::load_issuer(tx, context.instance, attestation_terms(context.config), now);
    const auto done = educators::attest(tx,
                                        issuer,
                                        {.account = account.id,
                                         .kind = *educators::parse_kind(wish.kind),
                                         .assurance = educators::Assurance::StaffCheck,
                                         .until = parse_until(wish.until),
                                         .by = "command line"},
                                        now);
    if (!done) fail(done.error());
    db::audit_log::insert(tx,
                          {.actor = "command line",
                           .act = "attestation.grant",
                           .subject = account.uri,
                           .details = {{"kind", wish.kind}, {"assurance", "staff-check"}}});
    const auto standing = db::attestations::find_standing(tx, account.id);
    tx.commit();
    fmt::print("{} is attested as {} until {}{}.\n",
               account.username,
               wish.kind,
               format_date(standing->valid_until),
               *done == educators::Granted::Nothing ? ", as before" : "");
}

void revoke(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto account = find_account(tx, wish.name);
    const Time now = system_now();
    // For cause, who vouched for them answers for it.
    const bool sponsored = wish.for_cause && educators::revoke_vouching(
                                                 tx, account.id, wish.reason, "command line", now);
    const bool done =
        sponsored || educators::revoke(
                         tx, account.id, {.reason = wish.reason, .for_cause = wish.for_cause}, now);
    if (!done) throw CommandFailed(fmt::format("nothing is attested of {}", wish.name));
    db::audit_log::insert(tx,
                          {.actor = "command line",
                           .act = "attestation.revoke",
                           .subject = account.uri,
                           .reason = wish.reason,
                           .details = {{"for_cause", wish.for_cause}}});
    tx.commit();
    fmt::print("Nothing is attested of {} any more; the status list says so now, and other "
               "districts read it every quarter of an hour.\n",
               wish.name);
}

void show(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    const Time now = system_now();
    db::Tx tx(*context.pool);
    const auto account = find_account(tx, wish.name);
    const auto standings = db::attestation_claims::find_standings(tx, {account.id}, now);
    if (standings.empty()) {
        fmt::print("Nothing is attested of {}.\n", account.acct());
        return;
    }
    const auto& standing = standings.front();
    fmt::print("account    {}\nstanding   {} ({})\nkind       {}\nassurance  {}\nregion     {}\n"
               "issuer     {}\nfrom       {}\nuntil      {}\nstatus of  {}\n",
               account.acct(),
               educators::to_string(educators::judge(standing, now)),
               db::to_string(standing.verdict),
               standing.kind,
               standing.assurance,
               standing.region,
               standing.issuer,
               format_iso8601(standing.valid_from),
               format_iso8601(standing.valid_until),
               standing.status_at ? format_iso8601(*standing.status_at) : "never read");
    const auto ours = db::attestations::find_standing(tx, account.id);
    if (ours) fmt::print("given by   {}\n", ours->issued_by);
    if (ours && ours->revoked_at)
        fmt::print("revoked    {}: {}\n", format_iso8601(*ours->revoked_at), ours->revoke_reason);
}

} // namespace

void add_attest(CLI::App& line, const Start& start) {
    auto* attest =
        line.add_subcommand("attest", "say of members that they are educators, or take it back")
            ->require_subcommand(1);
    auto wish = std::make_shared<Wish>();

    auto* granted = attest->add_subcommand(
        "grant", "after you saw a proof yourself; other districts are shown the kind and the date");
    granted->add_option("account", wish->name)->required();
    granted->add_option("--kind", wish->kind, "what they are")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(educators::kind_names().begin(),
                                                       educators::kind_names().end())));
    granted->add_option("--until", wish->until, "a date; else the end of the school year");
    granted->callback([&start, wish] { grant(start, *wish); });

    auto* revoked = attest->add_subcommand("revoke", "take it back; the member stays");
    revoked->add_option("account", wish->name)->required();
    revoked->add_option("--reason", wish->reason, "for the member and the moderators")->required();
    revoked->add_flag(
        "--for-cause", wish->for_cause, "something was wrong: sponsors answer for it");
    revoked->callback([&start, wish] { revoke(start, *wish); });

    auto* shown = attest->add_subcommand(
        "show", "what is attested of an account, ours or name@host, and what it is worth");
    shown->add_option("account", wish->name)->required();
    shown->callback([&start, wish] { show(start, *wish); });
}

} // namespace app
