#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// Each outranks those before it. Which schools one moderates is in `school_moderators`.
enum class Role { Member, SchoolModerator, Moderator, Owner };

/// `Disabled` by an administrator, `Left` the district, `Deleted` for good: only `Active` members
/// come in.
enum class MemberState { Active, Disabled, Left, Deleted };

std::string_view to_string(Role role);         ///< "", "school moderator", "moderator", "owner".
std::string_view to_string(MemberState state); ///< "active", ...
/// Of a checked column; throws std::logic_error for anything else.
Role parse_role(std::string_view text);
MemberState parse_member_state(std::string_view text);

/// A row of `users`: what makes an account of ours a member's. The account is in `accounts`.
struct User {
    AccountId account{};
    std::string email{}; ///< Empty: none.
    std::string password_hash{};
    bool must_change_password = false;
    Role role = Role::Member;
    MemberState state = MemberState::Active;
    std::string locale = "en";
    Json settings = Json::object(); ///< Default privacy, sensitive, language, ...
    Time created_at{};
    std::optional<Time> last_sign_in_at{};
    Time last_active_at{};
    bool is_confirmed = true;       ///< The address is theirs.
    bool is_approved = true;        ///< A moderator let them in.
    bool suspended_waiting = false; ///< By a moderator, while they wait.
    std::string sign_up_reason{};
    AppId sign_up_app{};
    /// Not a member yet, and nobody sees them.
    bool is_waiting() const { return !is_confirmed || !is_approved; }
};

} // namespace db

namespace db::users {

/// The account must exist and have no user yet.
void insert(Tx& tx, const User& user);
std::optional<User> find(Tx& tx, AccountId account);
/// The address is compared without case.
std::optional<User> find_by_email(Tx& tx, std::string_view email);
/// In order of creation, deleted ones too.
std::vector<User> list(Tx& tx);

/// Changes nothing when it was so before.
void set_confirmed(Tx& tx, AccountId account, Time at);
void set_approved(Tx& tx, AccountId account, Time at);
void set_suspended_waiting(Tx& tx, AccountId account, bool suspended);
/// Of somebody who is not confirmed yet.
void set_email(Tx& tx, AccountId account, std::string_view email);
/// Who asked to join before `before` and never confirmed the address.
std::vector<AccountId> list_never_confirmed(Tx& tx, Time before);

enum class NextSignIn { Normal, MustChangePassword };
void set_password(Tx& tx, AccountId account, std::string_view hash, NextSignIn next);
void set_role(Tx& tx, AccountId account, Role role);
void set_state(Tx& tx, AccountId account, MemberState state);
void set_settings(Tx& tx, AccountId account, const Json& settings);
void set_signed_in(Tx& tx, AccountId account, Time at);
/// Moves `last_active_at` forward, and notes the day.
void set_active(Tx& tx, AccountId account, Time at);
/// Who was here on which day, for measures.
void forget_days_before(Tx& tx, Time day);
/// A deleted member keeps nothing but the name.
void forget_person(Tx& tx, AccountId account);

/// Members who want a weekly digest, were not here since `since` and got none since then; notes
/// that they get one now.
std::vector<AccountId> claim_digests(Tx& tx, Time now, Time since);
/// Notifications since a member was last here.
struct News {
    std::int64_t mentions = 0;
    std::int64_t followers = 0;
    std::int64_t others = 0;
};
News count_news(Tx& tx, AccountId account);

/// Active members who were here since `since`.
std::int64_t count_active_since(Tx& tx, Time since);

} // namespace db::users
