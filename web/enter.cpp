#include "web/enter.h"

#include "base/uri.h"
#include "db/sessions.h"
#include "db/users.h"
#include "mail/letters.h"
#include "members/sessions.h"
#include "members/tokens.h"
#include "web/browser.h"
#include "web/page.h"

#include <algorithm>

namespace web {
namespace {

// A member's first sign-in is no news, nor is one by a browser of the same make.
bool is_new_browser(const std::vector<db::Session>& sessions, const std::string& browser) {
    return !sessions.empty() && std::ranges::none_of(sessions, [&](const auto& session) {
        return describe_browser(session.agent) == browser;
    });
}

} // namespace

std::string password_page(const std::string& return_to) {
    return "/settings/password?return_to=" + percent_encode(return_to);
}

Result<http::Response> enter(const WebDeps& deps, const http::Call& call, AccountId account) {
    const auto now = deps.now();
    const std::string agent(call.request.headers.get("User-Agent"));
    db::Tx tx(deps.pool);
    const auto user = db::users::find(tx, account);
    if (!user) return Error{Error::Kind::Unauthorized, "member is gone"};
    if (is_new_browser(members::list_sessions(tx, account, now), describe_browser(agent))) {
        mail::post(tx,
                   mail::Letter::NewSignIn,
                   account,
                   {{"browser", describe_browser(agent)}, {"when", format_http_date(now)}});
    }
    const auto old =
        members::find_cookie(call.request, members::session_cookie_name(deps.instance));
    if (old) db::sessions::remove(tx, members::stored_form(*old), account);
    db::users::set_signed_in(tx, account, now);
    const auto cookie = members::open_session(tx, deps.instance, account, agent, now);
    tx.commit();

    const auto return_to = local_path(call.form.text("return_to"), "/");
    auto response =
        http::redirect_response(user->must_change_password ? password_page(return_to) : return_to);
    response.headers.add("Set-Cookie", cookie);
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

} // namespace web
