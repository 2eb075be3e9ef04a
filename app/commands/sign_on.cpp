#include "app/sign_on.h"

#include "app/commands.h"
#include "app/parts.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/sign_on_identities.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

db::Account find_member(db::Tx& tx, const std::string& name) {
    const auto account = db::accounts::find_by_handle(tx, name, "");
    if (!account || account->deleted_at || !db::users::find(tx, account->id))
        throw CommandFailed(fmt::format("there is no member named {}", name));
    return *account;
}

void show(const Start& start) {
    const auto config = load_config(start);
    if (config.sign_on.preset.empty()) {
        fmt::print("There is no sign-on: sign_on.preset is empty.\n");
        return;
    }
    const auto terms = sign_on_terms(config);
    fmt::print("issuer         {}\nclient id      {}\nredirect URI   {}\nrole           {}\n"
               "person         {}\n",
               terms.issuer,
               terms.client_id,
               sign_on_redirect_uri(make_instance(config)),
               terms.role_claim.empty() ? "is not told; the roster alone decides"
                                        : "claim " + terms.role_claim,
               terms.person_claim.empty() ? "is not told; members link their accounts"
                                          : "claim " + terms.person_claim);
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& identity : db::sign_on_identities::list(tx)) {
        const auto account = db::accounts::find(tx, identity.account);
        fmt::print("{:20} {:8} by {:12} {}  {} {}\n",
                   account ? account->username : "?",
                   identity.role,
                   identity.bound_by,
                   format_date(identity.seen_at),
                   identity.issuer,
                   identity.subject);
    }
}

void bind_member(const Start& start, const std::string& name, const std::string& reference) {
    const auto context = open_context(start);
    const auto key = shared_secret(*context.pool, "link_key");
    db::Tx tx(*context.pool);
    const auto account = find_member(tx, name);
    const auto done =
        educators::bind_reference(tx, key, reference, account.id, "command line", system_now());
    if (!done) throw CommandFailed(done.error().shown);
    tx.commit();
    fmt::print("{} signs in with this account from now on.\n", name);
}

void unbind(const Start& start, const std::string& name) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto account = find_member(tx, name);
    if (db::sign_on_identities::remove_of(tx, account.id) == 0)
        throw CommandFailed(fmt::format("{} has no account of the sign-on", name));
    db::audit_log::insert(
        tx, {.actor = "command line", .act = "sign-on.unbind", .subject = account.uri});
    tx.commit();
    fmt::print("{} does not sign in with the district's account any more.\n", name);
}

} // namespace

void add_sign_on(CLI::App& line, const Start& start) {
    auto* sign_on = line.add_subcommand("sign-on", "signing in with the district's accounts")
                        ->require_subcommand(1);
    sign_on->add_subcommand("show", "what the provider's console must know")->callback([&start] {
        show(start);
    });
    sign_on->add_subcommand("list", "who is bound to whom")->callback([&start] { list(start); });
    auto name = std::make_shared<std::string>();
    auto reference = std::make_shared<std::string>();
    auto* bound = sign_on->add_subcommand(
        "bind", "a member to the account that was shown this reference after signing on");
    bound->add_option("name", *name, "a member")->required();
    bound->add_option("reference", *reference)->required();
    bound->callback([&start, name, reference] { bind_member(start, *name, *reference); });
    auto* unbound = sign_on->add_subcommand("unbind", "takes a member's accounts away");
    unbound->add_option("name", *name, "a member")->required();
    unbound->callback([&start, name] { unbind(start, *name); });
}

} // namespace app
