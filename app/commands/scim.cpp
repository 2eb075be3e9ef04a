#include "educators/scim.h"

#include "app/commands.h"
#include "base/time.h"
#include "db/audit_log.h"
#include "db/scim_tokens.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

void make(const Start& start, const std::string& note) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto token = educators::make_scim_token(tx, note, "command line", system_now());
    tx.commit();
    fmt::print("\n    address  {}/scim/v2\n    token    {}\n\nThe token is shown only now.\n",
               context.instance.origin,
               token);
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& token : db::scim_tokens::list(tx)) {
        fmt::print("{}  made {}, last used {}{}  {}\n",
                   to_string(token.id),
                   format_date(token.created_at),
                   token.used_at ? format_date(*token.used_at) : "never",
                   token.revoked_at ? ", revoked" : "",
                   token.note);
    }
}

void revoke(const Start& start, const std::string& id) {
    const auto context = open_context(start);
    const auto number = parse_id(id);
    db::Tx tx(*context.pool);
    if (!number || !db::scim_tokens::revoke(tx, {*number}, system_now()))
        throw CommandFailed("there is no such token; `staffroom scim token list` shows them");
    db::audit_log::insert(
        tx, {.actor = "command line", .act = "scim.token-revoke", .subject = "scim token " + id});
    tx.commit();
    fmt::print("{} opens nothing any more.\n", id);
}

void list_users(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    constexpr int most = 100'000;
    for (const auto& user : db::scim_users::list(tx, 0, most)) {
        fmt::print("{}  {:32} {:16} {:12} {}\n",
                   to_string(user.id),
                   user.user_name,
                   user.external_id,
                   user.user_type,
                   user.active ? "active" : "inactive");
    }
}

} // namespace

void add_scim(CLI::App& line, const Start& start) {
    auto* scim = line.add_subcommand("scim", "the district's directory tells who works here")
                     ->require_subcommand(1);
    scim->add_subcommand("users", "whom it told of")->callback([&start] { list_users(start); });
    auto* token =
        scim->add_subcommand("token", "what a directory writes with")->require_subcommand(1);
    auto note = std::make_shared<std::string>();
    auto* made = token->add_subcommand("make", "print a new one; it is stored hashed");
    made->add_option("--note", *note, "for which directory, in your words");
    made->callback([&start, note] { make(start, *note); });
    token->add_subcommand("list", "with their last use")->callback([&start] { list(start); });
    auto id = std::make_shared<std::string>();
    auto* revoked = token->add_subcommand("revoke", "it opens nothing any more");
    revoked->add_option("id", *id)->required();
    revoked->callback([&start, id] { revoke(start, *id); });
}

} // namespace app
