#include "base/crypto.h"
#include "base/uri.h"
#include "db/tx.h"
#include "db/users.h"
#include "members/sessions.h"
#include "members/tokens.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

namespace web {
namespace {

/// The sign-in form belongs to no session yet. It carries what this cookie proves, so that another
/// site cannot sign a visitor in as somebody else (ATTACKS O06).
std::string form_cookie_name(const Instance& instance) {
    const auto session = members::session_cookie_name(instance);
    constexpr std::string_view host_only = "__Host-";
    return session.starts_with(host_only) ? "__Host-form" : "form-" + session;
}

std::string form_token_of(const std::string& cookie) {
    return crypto::base64url(crypto::hmac_sha256(cookie, "sign-in form"));
}

bool is_own_sign_in(const Instance& instance, const http::Call& call) {
    const auto cookie = members::find_cookie(call.request, form_cookie_name(instance));
    return cookie &&
           crypto::equal_constant_time(form_token_of(*cookie), call.form.text("form_token"));
}

struct Problem {
    std::string text{};
    int status = 200;
    int retry_after_s = 0;
};

http::Response show_form(const WebDeps& deps, const http::Call& call, const Problem& problem) {
    const auto name = form_cookie_name(deps.instance);
    auto cookie = members::find_cookie(call.request, name);
    const bool is_new = !cookie;
    if (is_new) cookie = crypto::random_token();
    const bool has_problem = !problem.text.empty();
    auto response =
        render_page(deps.instance,
                    call,
                    {.view = "sign_in",
                     .title = has_problem ? "Error: Sign in" : "Sign in",
                     .data = {{"problem", problem.text},
                              {"name", call.form.text("name")},
                              {"return_to", local_path(call.form.text("return_to"), "")},
                              {"sign_in_token", form_token_of(*cookie)},
                              {"handle_host", deps.instance.handle_host}},
                     .status = problem.status});
    if (is_new) {
        const bool is_https = deps.instance.origin.starts_with("https://");
        response.headers.add("Set-Cookie",
                             fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}",
                                         name,
                                         *cookie,
                                         is_https ? "; Secure" : ""));
    }
    if (problem.retry_after_s > 0) {
        response.headers.set("Retry-After", std::to_string(problem.retry_after_s));
    }
    return response;
}

std::string password_page(const std::string& return_to) {
    return "/settings/password?return_to=" + percent_encode(return_to);
}

// GET /sign-in
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    const auto return_to = local_path(call.form.text("return_to"), "/");
    if (call.me()) return http::redirect_response(return_to);
    // Signed in, but owing us a password: the session opens nothing else.
    db::Tx tx(deps.pool);
    const auto live = members::find_session(tx, deps.instance, call.request, deps.now());
    if (live) return http::redirect_response(password_page(return_to));
    return show_form(deps, call, {});
}

// POST /sign-in
Result<http::Response> sign_in(const WebDeps& deps, const http::Call& call) {
    if (!is_own_sign_in(deps.instance, call)) {
        return show_form(deps,
                         call,
                         {.text = "Your browser did not send this page's cookie back. "
                                  "Please allow cookies for this site and try again.",
                          .status = 403});
    }
    const auto name = call.form.text("name");
    const auto password = call.form.text("password");
    const auto now = deps.now();
    const auto who = deps.sign_in.check(
        {.name = name, .password = password, .address = call.request.address, .now = now});
    if (!who) {
        const auto& error = who.error();
        const int status = error.kind == Error::Kind::RateLimited   ? 429
                           : error.kind == Error::Kind::Unavailable ? 503
                                                                    : 401;
        return show_form(
            deps,
            call,
            {.text = error.shown, .status = status, .retry_after_s = error.retry_after_s});
    }
    db::Tx tx(deps.pool);
    const auto user = db::users::find(tx, *who);
    if (!user) return Error{Error::Kind::Unauthorized, "member is gone"};
    const auto old =
        members::find_cookie(call.request, members::session_cookie_name(deps.instance));
    if (old) db::sessions::remove(tx, members::stored_form(*old), *who);
    db::users::set_signed_in(tx, *who, now);
    const auto cookie =
        members::open_session(tx, deps.instance, *who, call.request.headers.get("User-Agent"), now);
    tx.commit();

    const auto return_to = local_path(call.form.text("return_to"), "/");
    auto response =
        http::redirect_response(user->must_change_password ? password_page(return_to) : return_to);
    response.headers.add("Set-Cookie", cookie);
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

// POST /sign-out; also for whoever still owes a new password.
Result<http::Response> sign_out(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto live = members::find_session(tx, deps.instance, call.request, deps.now());
    if (live) {
        if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token"))) {
            return Error{Error::Kind::Forbidden, "sign-out form of another page"};
        }
        db::sessions::remove(tx, live->session.token_hash, live->session.account);
        tx.commit();
    }
    auto response = http::redirect_response("/");
    response.headers.add("Set-Cookie", members::closed_session_cookie(deps.instance));
    return response;
}

// GET /sign-out: a link must not sign anybody out, so it shows the button.
Result<http::Response> ask_to_sign_out(const WebDeps& deps, const http::Call& call) {
    return render_page(deps.instance, call, {.view = "sign_out", .title = "Sign out"});
}

} // namespace

void add_sign_in_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/sign-in", OptionalSession, deps, ask));
    router.add(page_route("POST", "/sign-in", OptionalSession, deps, sign_in));
    router.add(page_route("GET", "/sign-out", Session, deps, ask_to_sign_out));
    router.add(page_route("POST", "/sign-out", OptionalSession, deps, sign_out));
}

} // namespace web
