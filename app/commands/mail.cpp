#include "app/commands.h"
#include "app/parts.h"
#include "db/accounts.h"
#include "mail/letters.h"
#include "mail/relay.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

void preview(const Start& start, const std::string& name, const std::string& member) {
    const auto context = open_context(start);
    // What a moderator, a browser or the queue would add.
    const mail::Values examples{{"browser", "Firefox on Linux"},
                                {"when", format_http_date(system_now())},
                                {"consequence", "here stands what the moderators decided."},
                                {"reason", "And here their reason."}};
    const auto writer = letter_writer(context, shared_secret(*context.pool, "link_key"));
    db::Tx tx(*context.pool);
    const auto account = db::accounts::find_by_handle(tx, member, "");
    if (!account) throw CommandFailed(fmt::format("there is no account named {}", member));
    const auto message =
        mail::write(tx, writer, *mail::parse_letter(name), account->id, examples, system_now());
    if (!message) {
        throw CommandFailed(fmt::format(
            "{} would not get this letter now: without an address, or there is nothing to tell",
            member));
    }
    fmt::print("From: {} <{}>\nTo: {}\nSubject: {}\n\n{}",
               message->from_name,
               message->from,
               message->to,
               message->subject,
               message->text);
}

void test(const Start& start, const std::string& address) {
    const auto config = load_config(start);
    const Context context{
        .config = config, .instance = make_instance(config), .postgres = {}, .pool = {}};
    const mail::Relay relay(relay_options(context));
    if (!relay.is_configured()) throw CommandFailed("mail.relay names no server");
    auto bytes = mail::render_message({.from_name = context.instance.title,
                                       .from = config.mail.from,
                                       .to = address,
                                       .subject = "Test from " + context.instance.handle_host,
                                       .text = "The mail of this server reaches you.\n",
                                       .id = "test@" + context.instance.handle_host,
                                       .date = system_now()});
    if (!bytes) throw CommandFailed(fmt::format("\"{}\" is no address to write to", address));
    const auto sent = relay.send(config.mail.from, address, std::move(*bytes));
    if (!sent) throw CommandFailed(sent.error().shown);
    fmt::print("{} took the mail.\n", config.mail.relay);
}

} // namespace

void add_mail(CLI::App& line, const Start& start) {
    auto* mail = line.add_subcommand("mail", "the letters to members")->require_subcommand(1);
    auto letter = std::make_shared<std::string>();
    auto member = std::make_shared<std::string>();
    auto* previewed = mail->add_subcommand("preview", "prints a letter as it would be sent now");
    previewed->add_option("letter", *letter)
        ->required()
        ->check(CLI::IsMember(mail::letter_names()));
    previewed->add_option("member", *member, "user name")->required();
    previewed->callback([&start, letter, member] { preview(start, *letter, *member); });

    auto address = std::make_shared<std::string>();
    auto* tested = mail->add_subcommand("test", "sends a mail through the relay");
    tested->add_option("address", *address, "where to")->required();
    tested->callback([&start, address] { test(start, *address); });
}

} // namespace app
