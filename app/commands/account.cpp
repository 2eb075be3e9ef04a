#include "actors/local.h"
#include "app/commands.h"
#include "base/time.h"
#include "db/account_standings.h"
#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/school_moderators.h"
#include "db/users.h"
#include "members/accounts.h"
#include "members/leaving.h"
#include "members/passwords.h"
#include "members/second_factor.h"
#include "outbox/profile.h"
#include "outbox/remove.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

void audit(db::Tx& tx, std::string_view act, const db::Account& account) {
    db::audit_log::insert(
        tx, {.actor = "command line", .act = std::string(act), .subject = account.uri});
}

/// The account of that name, ours and not deleted. Throws CommandFailed.
db::Account find_member(db::Tx& tx, const std::string& name) {
    const auto account = db::accounts::find_by_handle(tx, name, "");
    if (!account || account->deleted_at || account->is_server_actor) {
        throw CommandFailed(
            fmt::format("there is no account named {}; `staffroom account list` shows them", name));
    }
    return *account;
}

[[noreturn]] void fail(const Error& error) {
    throw CommandFailed(error.shown.empty() ? error.detail : error.shown);
}

void print_password(const Instance& instance,
                    const std::string& name,
                    const std::string& password) {
    fmt::print("\n    user name          {}\n    one-time password  {}\n\n"
               "It is shown only now, and must be changed at the first sign-in: {}/sign-in\n",
               name,
               password,
               instance.origin);
}

struct Creation {
    std::string name;
    std::string display_name;
    std::string email;
    std::string role;
    bool if_missing = false;
};

db::Role role_of(const std::string& name) {
    if (name == "owner") return db::Role::Owner;
    if (name == "moderator") return db::Role::Moderator;
    return db::Role::Member;
}

void create(const Start& start, const Creation& wanted) {
    const auto context = open_context(start);
    const Time now = system_now();
    members::Passwords passwords;
    db::Tx tx(*context.pool);
    actors::ensure_server_actor(tx, context.instance, now);
    const auto same = db::accounts::find_by_handle(tx, wanted.name, "");
    if (wanted.if_missing && same && !same->deleted_at) {
        fmt::print("{} is there already; a new password: staffroom account reset-password {}\n",
                   wanted.name,
                   wanted.name);
        return;
    }
    if (same && !same->deleted_at && !same->is_server_actor) {
        throw CommandFailed(fmt::format("there is an account named {0} already; a new password for "
                                        "it: staffroom account reset-password {0}",
                                        same->username));
    }
    if (same && same->deleted_at) {
        throw CommandFailed(fmt::format(
            "{} was deleted, and a name is never given twice; choose another", same->username));
    }
    const auto account = actors::create_local_account(
        tx, context.instance, {.name = wanted.name, .display_name = wanted.display_name}, now);
    if (!account) fail(account.error());
    const auto password = members::create_member(
        tx,
        passwords,
        {.account = account->id, .email = wanted.email, .role = role_of(wanted.role)});
    if (!password) fail(password.error());
    audit(tx, "account.create", *account);
    if (!wanted.role.empty() && wanted.role != "member")
        audit(tx, "account.role." + wanted.role, *account);
    tx.commit();
    print_password(context.instance, account->username, *password);
}

std::string state_of(const db::Account& account, const db::User& user) {
    if (account.deleted_at) return "deleted";
    if (account.suspended_at) return "suspended";
    return std::string(db::to_string(user.state));
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    fmt::print("{:20} {:16} {:10} {}\n", "name", "role", "state", "last sign-in");
    for (const auto& account : db::accounts::list_local(tx)) {
        const auto user = db::users::find(tx, account.id);
        if (!user) continue;
        fmt::print("{:20} {:16} {:10} {}\n",
                   account.username,
                   user->role == db::Role::Member ? "member" : db::to_string(user->role),
                   state_of(account, *user),
                   user->last_sign_in_at ? format_iso8601(*user->last_sign_in_at) : "never");
    }
}

void reset_password(const Start& start, const std::string& name) {
    const auto context = open_context(start);
    members::Passwords passwords;
    db::Tx tx(*context.pool);
    const auto account = find_member(tx, name);
    const auto password = members::reset_password(tx, passwords, account.id, system_now());
    if (!password) fail(password.error());
    audit(tx, "account.reset-password", account);
    tx.commit();
    fmt::print("All sessions and apps of {} were signed out.\n", name);
    print_password(context.instance, account.username, *password);
}

// Without an owner nobody could let anybody in again but at this terminal.
void keep_an_owner(db::Tx& tx, const db::Account& account) {
    const auto user = db::users::find(tx, account.id);
    if (user && user->role == db::Role::Owner && db::account_standings::count_owners(tx) == 1) {
        throw CommandFailed(fmt::format(
            "{} is the only owner; make another one first: staffroom account set-role NAME owner",
            account.username));
    }
}

void set_role(const Start& start, const std::string& name, const std::string& role) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto account = find_member(tx, name);
    if (role != "owner") keep_an_owner(tx, account);
    db::users::set_role(tx, account.id, role_of(role));
    // They come back with none of the schools that they moderated before.
    db::school_moderators::remove_all(tx, account.id);
    audit(tx, "account.role." + role, account);
    tx.commit();
    fmt::print("{} is {} now.\n", name, role == "owner" ? "an owner" : "a " + role);
}

void reset_second_factor(const Start& start, const std::string& name) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto account = find_member(tx, name);
    if (!members::remove_second_factor(tx, account.id)) {
        throw CommandFailed(fmt::format("{} has no second factor", name));
    }
    audit(tx, "account.reset-second-factor", account);
    tx.commit();
    fmt::print("{} signs in with the password alone until they set it up again.\n", name);
}

void suspend(const Start& start, const std::string& name, bool undo) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto account = find_member(tx, name);
    if (!undo) keep_an_owner(tx, account);
    if (undo)
        members::unsuspend(tx, account.id);
    else
        members::suspend(tx, account.id, system_now());
    const auto changed = db::accounts::find(tx, account.id);
    outbox::send_profile(tx, context.instance, *changed, system_now());
    audit(tx, undo ? "account.unsuspend" : "account.suspend", account);
    tx.commit();
    fmt::print("{} is {}.\n",
               name,
               undo ? "active again" : "suspended; peers are told, nothing is deleted");
}

void remove(const Start& start, const std::string& name, bool sure) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto account = find_member(tx, name);
    if (!sure) {
        throw CommandFailed(
            fmt::format("this deletes {} with {} posts, here and at every server that has them, "
                        "for good. The name is never "
                        "given out again. If you mean it: staffroom account delete {} --yes",
                        name,
                        account.statuses_count,
                        name));
    }
    keep_an_owner(tx, account);
    outbox::announce_deletion(tx, account);
    if (const auto done =
            members::set_state(tx, account.id, db::MemberState::Deleted, system_now());
        !done) {
        fail(done.error());
    }
    audit(tx, "account.delete", account);
    tx.commit();
    fmt::print("{} is deleted. A running server tells the others.\n", name);
}

void make_leaver_code(const Start& start, const std::string& name) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto account = find_member(tx, name);
    const auto code = members::make_leaver_code(tx, account.id, "command line", system_now());
    tx.commit();
    fmt::print("\n    page       {}/leaver\n    user name  {}\n    code       {}\n\n"
               "It is shown only now. Hand it to {} in person; it opens the leaver's page for 30 "
               "days after they left, and nothing before or after.\n",
               context.instance.origin,
               account.username,
               code,
               account.username);
}

void rotate_key(const Start& start, const std::string& name) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto account = find_member(tx, name);
    actors::rotate_keys(tx, account, system_now());
    outbox::send_profile(tx, context.instance, account, system_now());
    audit(tx, "account.rotate-key", account);
    tx.commit();
    fmt::print("{} has new keys. They are published now and sign in {} minutes.\n",
               name,
               actors::key_overlap.count());
}

} // namespace

void add_account(CLI::App& line, const Start& start) {
    auto* account =
        line.add_subcommand("account", "the people of this instance")->require_subcommand(1);

    // CLI11 keeps references to what it fills, and they must outlive this function.
    auto creation = std::make_shared<Creation>();
    auto* make = account->add_subcommand("create", "a new account with a one-time password");
    make->add_option("name", creation->name, "user name")->required();
    make->add_option("--display-name", creation->display_name);
    make->add_option("--email", creation->email);
    make->add_option("--role", creation->role, "member, moderator or owner")
        ->check(CLI::IsMember({"member", "moderator", "owner"}));
    make->add_flag("--if-missing", creation->if_missing, "no error when the name is taken");
    make->callback([&start, creation] { create(start, *creation); });

    account->add_subcommand("list", "everybody")->callback([&start] { list(start); });

    auto name = std::make_shared<std::string>();
    auto flag = std::make_shared<bool>(false);
    auto* reset =
        account->add_subcommand("reset-password", "a new one-time password; signs out everywhere");
    reset->add_option("name", *name)->required();
    reset->callback([&start, name] { reset_password(start, *name); });

    auto role = std::make_shared<std::string>();
    auto* ranked = account->add_subcommand("set-role", "makes somebody a moderator, or an owner");
    ranked->add_option("name", *name)->required();
    ranked->add_option("role", *role)
        ->required()
        ->check(CLI::IsMember({"member", "moderator", "owner"}));
    ranked->callback([&start, name, role] { set_role(start, *name, *role); });

    auto* unlocked = account->add_subcommand(
        "reset-second-factor", "takes two-factor sign-in away, when device and codes are lost");
    unlocked->add_option("name", *name)->required();
    unlocked->callback([&start, name] { reset_second_factor(start, *name); });

    auto* suspended = account->add_subcommand("suspend", "locks somebody out and hides them");
    suspended->add_option("name", *name)->required();
    suspended->add_flag("--undo", *flag, "let them in again");
    suspended->callback([&start, name, flag] { suspend(start, *name, *flag); });

    auto* deleted =
        account->add_subcommand("delete", "removes somebody for good, here and elsewhere");
    deleted->add_option("name", *name)->required();
    deleted->add_flag("--yes", *flag, "really");
    deleted->callback([&start, name, flag] { remove(start, *name, *flag); });

    auto* code = account->add_subcommand(
        "leaver-code", "a code for the leaver's page, for who prepared no other way in");
    code->add_option("name", *name)->required();
    code->callback([&start, name] { make_leaver_code(start, *name); });

    auto* rotated = account->add_subcommand("rotate-key", "new signing keys");
    rotated->add_option("name", *name)->required();
    rotated->callback([&start, name] { rotate_key(start, *name); });
}

} // namespace app
