#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"
#include "db/users.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `oauth_tokens`.
struct OauthToken {
    TokenId id{};
    std::string token_hash{};
    AppId app{};
    AccountId account{}; ///< 0: the app's own token.
    std::vector<std::string> scopes{};
    std::string code_hash{}; ///< The code it came from, or "".
    Time created_at{};
    std::optional<Time> last_used_at{};
};

} // namespace db

namespace db::oauth_tokens {

TokenId insert(Tx& tx, const OauthToken& token);

/// A token that holds, with the role of its member.
struct Live {
    OauthToken token{};
    Role role = Role::Member;
    bool is_confirmed = true; ///< The member's address is theirs.
    bool is_approved = true;  ///< A moderator let them in.
    bool is_waiting() const { return !is_confirmed || !is_approved; }
};
/// Nothing when it is unknown or revoked, or its member is not active, suspended or deleted. Who
/// waits to be let in is told apart by the caller, and may nothing yet.
std::optional<Live> find_live(Tx& tx, std::string_view token_hash);
/// Whatever its state; to revoke it.
std::optional<OauthToken> find(Tx& tx, std::string_view token_hash);

struct Connected {
    AppId app{};
    std::string app_name{};
    std::string website{};
    std::vector<std::string> scopes{};
    Time created_at{};
    std::optional<Time> last_used_at{};
};
/// The apps that a member let in, the newest first; one row for each.
std::vector<Connected> list_connected(Tx& tx, AccountId account);

void set_used(Tx& tx, TokenId token, Time at);

// Revoking tells every process after the commit: a notification on staffroom_tokens whose payload is
// the member's account id ("0": an app's own token). Who keeps a stream open for that member looks
// up its token again.
void revoke(Tx& tx, TokenId token, Time at);
/// Those made from one code: it was used twice, so one of the users stole it.
void revoke_of_code(Tx& tx, std::string_view code_hash, Time at);
/// False: the app held no token of that member.
bool revoke_of_app(Tx& tx, AccountId account, AppId app, Time at);
void revoke_of(Tx& tx, AccountId account, Time at);
/// Rows of revoked tokens are kept for a while, so that a code's second use is recognised.
void remove_revoked_before(Tx& tx, Time revoked_before);

} // namespace db::oauth_tokens
