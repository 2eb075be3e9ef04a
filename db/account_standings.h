#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"
#include "db/users.h"

#include <optional>
#include <string>
#include <vector>

namespace db {

/// What moderators know of an account beyond what everybody sees.
struct Standing {
    AccountId account{};
    bool is_member = false; ///< One of ours, with a row in `users`; the next ones are theirs.
    std::string email{};
    std::string locale{};
    std::string sign_up_reason{};
    AppId sign_up_app{};
    Role role = Role::Member;
    MemberState state = MemberState::Active;
    bool confirmed = true;
    bool approved = true;
    bool suspended = false; ///< By a moderator; who waits to be let in is not.
    bool silenced = false;
    bool sensitized = false;
};

} // namespace db

namespace db::account_standings {

/// Which accounts; what is empty does not matter.
struct Filter {
    std::string origin{}; ///< "local", "remote".
    /// "active", "pending", "disabled", "silenced", "suspended", "sensitized".
    std::string status{};
    bool staff_only = false;
    std::string username{};     ///< How it begins.
    std::string display_name{}; ///< A part of it.
    std::string domain{};
    std::string email{}; ///< How it begins.
    AccountId looked_after_by{}; ///< A moderator of schools; 0: no matter.
    Time today{};                ///< For it.
};
/// Neither deleted ones nor server actors; newest first.
std::vector<AccountId> list(Tx& tx, const Filter& filter, const Page& page);

std::optional<Standing> find(Tx& tx, AccountId account);
std::vector<Standing> find_all(Tx& tx, const std::vector<AccountId>& accounts);

/// Marks or unmarks the account; its posts to come follow by themselves, those that are there by
/// mark_statuses and unmark_statuses.
void set_sensitized(Tx& tx, AccountId account, std::optional<Time> at);
void mark_statuses(Tx& tx, AccountId account);
/// Only what a moderator marked, never what the author did.
void unmark_statuses(Tx& tx, AccountId account);

/// Owners who could sign in now.
std::int64_t count_owners(Tx& tx);

} // namespace db::account_standings
