#include "web/confirm_password.h"

#include "db/accounts.h"
#include "db/tx.h"
#include "db/users.h"

#include <utility>

namespace web {

Problem problem_of(const Error& error, std::string field) {
    const int status = error.kind == Error::Kind::RateLimited     ? 429
                       : error.kind == Error::Kind::Unavailable   ? 503
                       : error.kind == Error::Kind::Unprocessable ? 422
                                                                  : 403;
    return {
        error.shown.empty() ? "Please try again later." : error.shown, std::move(field), status};
}

Result<Done> confirm_password(const WebDeps& deps, const http::Call& call) {
    std::optional<db::Account> account;
    std::optional<db::User> user;
    {
        db::Tx tx(deps.pool);
        account = db::accounts::find(tx, call.me());
        user = db::users::find(tx, call.me());
    }
    if (!account || !user) return Error{Error::Kind::Unauthorized, "member is gone"};
    const auto now = deps.now();
    const auto counted = deps.sign_in.count(account->username, call.request.address, now);
    if (!counted) return counted.error();
    const auto fits = deps.passwords.fits(user->password_hash, call.form.text("password"));
    if (!fits) return fits.error();
    if (!*fits)
        return Error{Error::Kind::Forbidden, "wrong password", "This is not your password."};
    deps.sign_in.forgive(account->username, call.request.address, now);
    return Done{};
}

} // namespace web
