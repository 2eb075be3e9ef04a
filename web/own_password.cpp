#include "web/own_password.h"

#include "db/accounts.h"
#include "db/tx.h"

namespace web {

std::optional<WrongPassword> check_own_password(const WebDeps& deps, const http::Call& call) {
    std::string name;
    {
        db::Tx tx(deps.pool);
        const auto me = db::accounts::find(tx, call.me());
        if (me) name = me->username;
    }
    const std::string password = call.form.text("password");
    const auto account = deps.sign_in.check(
        {.name = name, .password = password, .address = call.request.address, .now = deps.now()});
    if (account && *account == call.me()) return std::nullopt;
    if (!account && account.error().kind == Error::Kind::RateLimited)
        return WrongPassword{"Too many attempts. Please wait a quarter of an hour.", 429};
    if (!account && account.error().kind == Error::Kind::Unavailable)
        return WrongPassword{"The password cannot be checked now. Please try again.", 503};
    return WrongPassword{"The password is not right."};
}

} // namespace web
