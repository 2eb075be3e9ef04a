#include "base/uri.h"
#include "db/tx.h"
#include "educators/sign_on.h"
#include "members/second_factor.h"
#include "members/sessions.h"
#include "web/enter.h"
#include "web/open_form.h"
#include "web/page.h"
#include "web/pages.h"

namespace web {
namespace {

struct Problem {
    std::string text{};
    int status = 200;
    int retry_after_s = 0;
};

/// "": the district has no sign-on.
std::string sign_on_link(const WebDeps& deps, const http::Call& call) {
    if (deps.sign_on == nullptr) return "";
    return "/sign-on?return_to=" + percent_encode(local_path(call.form.text("return_to"), "/"));
}

std::string sign_on_label(const WebDeps& deps) {
    return deps.sign_on == nullptr ? "" : deps.sign_on->provider.terms().label;
}

http::Response show_form(const WebDeps& deps, const http::Call& call, const Problem& problem) {
    const bool has_problem = !problem.text.empty();
    auto response =
        render_open_form(deps.instance,
                         call,
                         {.view = "sign_in",
                          .title = has_problem ? "Error: Sign in" : "Sign in",
                          .data = {{"problem", problem.text},
                                   {"name", call.form.text("name")},
                                   {"return_to", local_path(call.form.text("return_to"), "")},
                                   {"handle_host", deps.instance.handle_host},
                                   {"sign_on", sign_on_link(deps, call)},
                                   {"sign_on_label", sign_on_label(deps)},
                                   {"has_passwords", deps.sign_in.only_for.empty()}},
                          .status = problem.status});
    if (problem.retry_after_s > 0) {
        response.headers.set("Retry-After", std::to_string(problem.retry_after_s));
    }
    return response;
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
    if (!is_own_open_form(deps.instance, call)) {
        return show_form(deps, call, {.text = no_cookie_text, .status = 403});
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
    const bool asks_for_code = [&] {
        db::Tx tx(deps.pool);
        return members::has_second_factor(tx, *who);
    }();
    return asks_for_code ? ask_for_code(deps, call, *who) : enter(deps, call, *who);
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
