#include "base/uri.h"
#include "db/accounts.h"
#include "db/users.h"
#include "members/links.h"
#include "members/second_factor.h"
#include "members/sessions.h"
#include "web/enter.h"
#include "web/open_form.h"
#include "web/pages.h"

#include <fmt/format.h>

/// The second page of a sign-in: the one-time code.
namespace web {
namespace {

std::string cookie_name(const Instance& instance) {
    const auto session = members::session_cookie_name(instance);
    return session.starts_with("__Host-") ? "__Host-code" : "code-" + session;
}

std::string cookie_line(const Instance& instance, const std::string& value, long long max_age_s) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}",
                       cookie_name(instance),
                       value,
                       max_age_s,
                       instance.origin.starts_with("https://") ? "; Secure" : "");
}

/// Whose password was right in this browser, a moment ago.
std::optional<db::User> find_entering(const WebDeps& deps, const http::Call& call) {
    const auto cookie = members::find_cookie(call.request, cookie_name(deps.instance));
    if (!cookie) return std::nullopt;
    db::Tx tx(deps.pool);
    return members::find_by_link(
        tx, deps.link_key, members::LinkPurpose::SecondFactor, *cookie, deps.now());
}

http::Response show_form(const WebDeps& deps,
                         const http::Call& call,
                         const std::string& problem = {},
                         int status = 200) {
    return render_open_form(
        deps.instance,
        call,
        {.view = "sign_in_code",
         .title = problem.empty() ? "One-time code" : "Error: One-time code",
         .data = {{"problem", problem}, {"return_to", local_path(call.form.text("return_to"), "")}},
         .status = status});
}

// GET /sign-in/code
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    if (!find_entering(deps, call)) return http::redirect_response("/sign-in");
    return show_form(deps, call);
}

// POST /sign-in/code
Result<http::Response> check(const WebDeps& deps, const http::Call& call) {
    if (!is_own_open_form(deps.instance, call)) {
        return show_form(deps, call, no_cookie_text, 403);
    }
    const auto user = find_entering(deps, call);
    if (!user) return http::redirect_response("/sign-in");
    // Not the counter of passwords: a right password forgives that one, and whoever has it would
    // guess codes for ever (ATTACKS O12).
    constexpr members::Throttle::Limit limit{"one-time code", 10, std::chrono::minutes{15}};
    const auto counted = deps.throttle.count(limit, to_string(user->account), deps.now());
    if (!counted) return show_form(deps, call, counted.error().shown, 429);
    {
        db::Tx tx(deps.pool);
        const auto account = db::accounts::find(tx, user->account);
        const bool may_enter = account && account->is_visible();
        if (!may_enter ||
            !members::use_second_factor(tx, user->account, call.form.text("code"), deps.now())) {
            return show_form(deps, call, "That code is not right, or was used before.", 401);
        }
        tx.commit();
    }
    auto response = enter(deps, call, user->account);
    if (response) response->headers.add("Set-Cookie", cookie_line(deps.instance, "", 0));
    return response;
}

} // namespace

Result<http::Response> ask_for_code(const WebDeps& deps,
                                    const http::Call& call,
                                    AccountId account) {
    db::Tx tx(deps.pool);
    const auto user = db::users::find(tx, account);
    if (!user) return Error{Error::Kind::Unauthorized, "member is gone"};
    const auto token = members::make_link_token(
        deps.link_key, members::LinkPurpose::SecondFactor, *user, deps.now());
    const auto return_to = local_path(call.form.text("return_to"), "/");
    auto response = http::redirect_response("/sign-in/code?return_to=" + percent_encode(return_to));
    const auto seconds = std::chrono::seconds(members::code_entry_lifetime).count();
    response.headers.add("Set-Cookie", cookie_line(deps.instance, token, seconds));
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

void add_sign_in_code_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/sign-in/code", OptionalSession, deps, ask));
    router.add(page_route("POST", "/sign-in/code", OptionalSession, deps, check));
}

} // namespace web
