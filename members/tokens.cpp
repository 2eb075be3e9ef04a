#include "members/tokens.h"

#include "base/crypto.h"
#include "db/oauth_tokens.h"
#include "db/users.h"
#include "members/permissions.h"

#include <chrono>

namespace members {
namespace {

/// How exact "last used" is; more would be a write for every read.
constexpr std::chrono::hours noted_every{1};
/// Longer than any token of ours.
constexpr std::size_t max_bearer_bytes = 128;

Error unknown_token() {
    return {Error::Kind::Unauthorized, "no such token", "The access token is invalid"};
}

/// True when something was written.
bool note_use(db::Tx& tx, const db::OauthToken& token, Time now) {
    if (token.last_used_at && now - *token.last_used_at < noted_every) return false;
    db::oauth_tokens::set_used(tx, token.id, now);
    if (token.account) db::users::set_active(tx, token.account, now);
    return true;
}

struct Recognised {
    http::Caller caller;
    bool has_written = false;
};

Result<Recognised> find_holder(db::Tx& tx, std::string_view bearer, Time now) {
    if (bearer.empty() || bearer.size() > max_bearer_bytes) return unknown_token();
    const auto live = db::oauth_tokens::find_live(tx, stored_form(bearer));
    if (!live) return unknown_token();
    Recognised recognised;
    recognised.caller.account = live->token.account;
    recognised.caller.token = live->token.id;
    recognised.caller.app = live->token.app;
    recognised.caller.scopes = allowed_scopes(live->role, live->token.scopes);
    recognised.has_written = note_use(tx, live->token, now);
    return recognised;
}

} // namespace

std::string stored_form(std::string_view secret) {
    return crypto::hex(crypto::sha256(secret));
}

Result<http::Caller> recognise_token(db::Tx& tx, std::string_view bearer, Time now) {
    auto recognised = find_holder(tx, bearer, now);
    if (!recognised) return recognised.error();
    return std::move(recognised->caller);
}

Result<http::Caller> recognise_token(db::Pool& pool, std::string_view bearer, Time now) {
    db::Tx tx(pool, db::Durability::Lazy);
    auto recognised = find_holder(tx, bearer, now);
    if (!recognised) return recognised.error();
    if (recognised->has_written) tx.commit();
    return std::move(recognised->caller);
}

} // namespace members
