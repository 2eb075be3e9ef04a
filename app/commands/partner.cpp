#include "app/commands.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/partner_strikes.h"
#include "members/passwords.h"
#include "outbox/not_wanted.h"
#include "outbox/partners.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

constexpr auto by = "command line";

struct Wish {
    outbox::PartnerWish partner{.by = by};
    outbox::PartnerPersonWish person{.by = by};
    std::string until;
    std::string name;
    std::string reason;
};

[[noreturn]] void fail(const Error& error) {
    throw CommandFailed(error.shown.empty() ? error.detail : error.shown);
}

outbox::PartnerWish read(const Wish& wish) {
    auto partner = wish.partner;
    partner.until = parse_iso8601(wish.until);
    if (!partner.until) throw CommandFailed("--until wants a date such as 2027-07-31");
    return partner;
}

void add(const Start& start, const Wish& wish) {
    const auto wanted = read(wish);
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto account = outbox::add_partner(tx, context.instance, wanted, system_now());
    if (!account) fail(account.error());
    tx.commit();
    fmt::print("{} is carried as @{}. Who speaks for it: staffroom partner person add {} NAME\n",
               wanted.name,
               account->username,
               account->username);
}

void renew(const Start& start, const Wish& wish) {
    const auto wanted = read(wish);
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done = outbox::renew_partner(tx, context.instance, wanted, system_now());
    if (!done) fail(done.error());
    tx.commit();
    fmt::print("@{} is carried until {}.\n", wanted.username, format_date(*wanted.until));
}

std::string state_of(db::Tx& tx, const db::Partner& partner, const std::string& uri, Time now) {
    const auto strikes = db::partner_strikes::count(tx, uri, now - outbox::strikes_count);
    return fmt::format("{} {}, {} \"not wanted\" in 30 days{}",
                       partner.is_over(now) ? "ended; was carried until" : "until",
                       format_date(partner.ended_at.value_or(partner.until)),
                       strikes,
                       db::partner_strikes::is_stopped(tx, uri) ? ", STOPPED" : "");
}

void list(const Start& start) {
    const auto context = open_context(start);
    const Time now = system_now();
    db::Tx tx(*context.pool);
    const auto partners = db::partners::list(tx);
    if (partners.empty()) fmt::print("No commercial partner is carried here.\n");
    for (const auto& partner : partners) {
        const auto account = db::accounts::find(tx, partner.account);
        if (!account) continue;
        fmt::print("{}  {}, {}\n",
                   account->username,
                   partner.name,
                   state_of(tx, partner, account->uri, now));
        for (const auto& person : db::partners::list_people(tx, partner.account)) {
            const auto one = db::accounts::find(tx, person.account);
            if (one) fmt::print("    {}{}\n", one->username, person.removed_at ? " (removed)" : "");
        }
    }
    for (const auto& stop : db::partner_strikes::list_stopped(tx))
        fmt::print("stopped since {}: {} ({})\n",
                   format_date(stop.stopped_at),
                   stop.name,
                   stop.organisation);
}

void end(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done =
        outbox::end_partner(tx, context.instance, wish.name, wish.reason, by, system_now());
    if (!done) fail(done.error());
    tx.commit();
    fmt::print("@{} has ended. Its people are out; their posts stay, with the label.\n", wish.name);
}

void allow(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done =
        outbox::allow_partner(tx, context.instance, wish.name, wish.reason, by, system_now());
    if (!done) fail(done.error());
    tx.commit();
    fmt::print("{} may write again; what was said before counts no more.\n", wish.name);
}

void add_person(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    members::Passwords passwords;
    db::Tx tx(*context.pool);
    const auto password =
        outbox::add_partner_person(tx, context.instance, passwords, wish.person, system_now());
    if (!password) fail(password.error());
    tx.commit();
    fmt::print("\n    user name          {}\n    one-time password  {}\n\n"
               "It is shown only now, and must be changed at the first sign-in: {}/sign-in\n",
               wish.person.username,
               *password,
               context.instance.origin);
}

void remove_person(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto done =
        outbox::remove_partner_person(tx, context.instance, wish.name, by, system_now());
    if (!done) fail(done.error());
    tx.commit();
    fmt::print("{} no longer speaks for anybody here, and is signed out.\n", wish.name);
}

void add_terms(CLI::App& line, Wish& wish) {
    line.add_option("username", wish.partner.username)->required();
    line.add_option("--until", wish.until, "the day when it ends")->required();
    line.add_option("--sponsor", wish.partner.sponsor, "the member who answers for it");
    line.add_option("--weekly-posts", wish.partner.weekly_posts, "of all its people together");
    line.add_option("--weekly-mentions", wish.partner.weekly_mentions, "people, in all its posts");
}

void add_person_commands(CLI::App& partner, const Start& start, const std::shared_ptr<Wish>& wish) {
    auto* person =
        partner.add_subcommand("person", "who speaks for an organisation")->require_subcommand(1);
    auto* made = person->add_subcommand("add", "a new account with a one-time password");
    made->add_option("organisation", wish->person.organisation)->required();
    made->add_option("username", wish->person.username)->required();
    made->add_option("--display-name", wish->person.display_name);
    made->add_option("--email", wish->person.email);
    made->callback([&start, wish] { add_person(start, *wish); });
    auto* removed = person->add_subcommand("remove", "out at once; posts stay");
    removed->add_option("username", wish->name)->required();
    removed->callback([&start, wish] { remove_person(start, *wish); });
}

} // namespace

void add_partner(CLI::App& line, const Start& start) {
    auto* partner = line.add_subcommand("partner", "commercial partners that this district carries")
                        ->require_subcommand(1);
    // CLI11 keeps references to what it fills, and they must outlive this function.
    auto wish = std::make_shared<Wish>();
    auto* added = partner->add_subcommand("add", "an organisation, until a day");
    add_terms(*added, *wish);
    added->add_option("--name", wish->partner.name, "as people know it")->required();
    added->add_option("--website", wish->partner.website, "by which it is known again");
    added->add_flag("--is-another",
                    wish->partner.is_another,
                    "although it looks like one that was carried or stopped");
    added->callback([&start, wish] { add(start, *wish); });

    auto* renewed = partner->add_subcommand("renew", "the same for longer; strikes stand");
    add_terms(*renewed, *wish);
    renewed->callback([&start, wish] { renew(start, *wish); });

    partner->add_subcommand("list", "with people, strikes and who is stopped")->callback([&start] {
        list(start);
    });

    auto* ended = partner->add_subcommand("end", "before its day");
    ended->add_option("username", wish->name)->required();
    ended->add_option("--reason", wish->reason, "for the audit log")->required();
    ended->callback([&start, wish] { end(start, *wish); });

    auto* allowed = partner->add_subcommand("allow", "lift a stop, also of another district's");
    allowed->add_option("name", wish->name, "user name, or the id that \"list\" shows")->required();
    allowed->add_option("--reason", wish->reason, "for the audit log")->required();
    allowed->callback([&start, wish] { allow(start, *wish); });

    add_person_commands(*partner, start, wish);
}

} // namespace app
