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

Result<db::oauth_tokens::Live> find_any(db::Tx& tx, std::string_view bearer) {
    if (bearer.empty() || bearer.size() > max_bearer_bytes) return unknown_token();
    auto live = db::oauth_tokens::find_live(tx, stored_form(bearer));
    if (!live) return unknown_token();
    return std::move(*live);
}

Result<db::oauth_tokens::Live> find_live(db::Tx& tx, std::string_view bearer) {
    auto live = find_any(tx, bearer);
    if (!live || !live->is_waiting()) return live;
    return Error{Error::Kind::Forbidden,
                 "waits to be let in",
                 live->is_confirmed ? "Your login is currently pending approval"
                                    : "Your login is missing a confirmed e-mail address"};
}

bool is_use_noted(const db::OauthToken& token, Time now) {
    return token.last_used_at && now - *token.last_used_at < noted_every;
}

void note_use(db::Tx& tx, const db::OauthToken& token, Time now) {
    db::oauth_tokens::set_used(tx, token.id, now);
    if (token.account) db::users::set_active(tx, token.account, now);
}

http::Caller caller_of(const db::oauth_tokens::Live& live) {
    http::Caller caller;
    caller.account = live.token.account;
    caller.token = live.token.id;
    caller.app = live.token.app;
    caller.scopes = allowed_scopes(live.role, live.token.scopes);
    return caller;
}

} // namespace

std::string stored_form(std::string_view secret) {
    return crypto::hex(crypto::sha256(secret));
}

Result<http::Caller> recognise_token(db::Tx& tx, std::string_view bearer, Time now) {
    const auto live = find_live(tx, bearer);
    if (!live) return live.error();
    if (!is_use_noted(live->token, now)) note_use(tx, live->token, now);
    return caller_of(*live);
}

Result<http::Caller> recognise_token(db::Pool& pool, std::string_view bearer, Time now) {
    // Every request of every app passes here: one statement, and a transaction once an hour.
    const auto live = [&] {
        db::Tx tx(pool, db::Durability::PerStatement);
        return find_live(tx, bearer);
    }();
    if (!live) return live.error();
    if (!is_use_noted(live->token, now)) {
        db::Tx tx(pool, db::Durability::Lazy);
        note_use(tx, live->token, now);
        tx.commit();
    }
    return caller_of(*live);
}

Result<http::Caller> recognise_newcomer(db::Pool& pool, std::string_view bearer) {
    db::Tx tx(pool, db::Durability::PerStatement);
    const auto live = find_any(tx, bearer);
    if (!live) return live.error();
    if (!live->is_waiting()) {
        return Error{Error::Kind::Forbidden,
                     "not a newcomer",
                     "This method is only available while the e-mail is awaiting confirmation"};
    }
    return caller_of(*live);
}

} // namespace members
