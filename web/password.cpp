#include "base/uri.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "db/users.h"
#include "members/accounts.h"
#include "members/sessions.h"
#include "web/confirm_password.h"
#include "web/page.h"
#include "web/pages.h"

namespace web {
namespace {

/// These pages look the session up themselves: they are the ones that a member who must change the
/// password may use, and to every other page that member is nobody.
struct Asking {
    AccountId account{};
    std::string username{};
    bool must_change = false;
};
std::optional<Asking> find_asking(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto live = members::find_session(tx, deps.instance, call.request, deps.now());
    if (!live) return std::nullopt;
    const auto account = db::accounts::find(tx, live->session.account);
    if (!account) return std::nullopt;
    return Asking{account->id, account->username, live->must_change_password};
}

http::Response to_sign_in(const http::Call& call) {
    const auto here = "/settings/password?return_to=" +
                      percent_encode(local_path(call.form.text("return_to"), "/"));
    return http::redirect_response("/sign-in?return_to=" + percent_encode(here));
}

http::Response show_form(const WebDeps& deps,
                         const http::Call& call,
                         const Asking& asking,
                         const Problem& problem = {}) {
    const bool has_problem = !problem.text.empty();
    return render_page(deps.instance,
                       call,
                       {.view = "password",
                        .title = has_problem ? "Error: Choose a password" : "Choose a password",
                        .data = {{"must_change", asking.must_change},
                                 {"username", asking.username},
                                 {"problem", problem.text},
                                 {"problem_field", problem.field},
                                 {"current_is_wrong", problem.field == "current"},
                                 {"wanted_is_wrong", problem.field == "wanted"},
                                 {"repeated_is_wrong", problem.field == "repeated"},
                                 {"return_to", local_path(call.form.text("return_to"), "")}},
                        .status = problem.status});
}

// GET /settings/password
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    const auto asking = find_asking(deps, call);
    if (!asking) return to_sign_in(call);
    return show_form(deps, call, *asking);
}

/// The field is the one that the member has to look at: "current", "wanted" or "repeated".
Problem problem_of_change(const Error& error) {
    return problem_of(error, error.kind == Error::Kind::Unprocessable ? "wanted" : "current");
}

/// Writes the new password. Returns the cookie of the session that replaces all others.
Result<std::string> change(const WebDeps& deps, const http::Call& call, const Asking& asking) {
    const auto now = deps.now();
    // A stolen session must not be a way to guess the password (O12).
    const auto counted = deps.sign_in.count(asking.username, call.request.address, now);
    if (!counted) return counted.error();
    const auto current = call.form.text("current");
    const auto wanted = call.form.text("wanted");
    db::Tx tx(deps.pool);
    const auto changed =
        members::change_password(tx,
                                 deps.passwords,
                                 deps.instance,
                                 {.account = asking.account, .current = current, .wanted = wanted},
                                 now);
    if (!changed) return changed.error();
    auto cookie = members::open_session(
        tx, deps.instance, asking.account, call.request.headers.get("User-Agent"), now);
    tx.commit();
    deps.sign_in.forgive(asking.username, call.request.address, now);
    return cookie;
}

// POST /settings/password
Result<http::Response> change_password(const WebDeps& deps, const http::Call& call) {
    const auto asking = find_asking(deps, call);
    if (!asking) return to_sign_in(call);
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token"))) {
        return Error{Error::Kind::Forbidden, "password form of another page"};
    }
    if (call.form.text("wanted") != call.form.text("repeated")) {
        return show_form(
            deps,
            call,
            *asking,
            {"The two new passwords differ. Please type the same one twice.", "repeated", 422});
    }
    const auto cookie = change(deps, call, *asking);
    if (!cookie) {
        return show_form(deps, call, *asking, problem_of_change(cookie.error()));
    }
    auto response = http::redirect_response(local_path(call.form.text("return_to"), "/settings"));
    response.headers.add("Set-Cookie", *cookie);
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

} // namespace

void add_password_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings/password", OptionalSession, deps, ask));
    router.add(page_route("POST", "/settings/password", OptionalSession, deps, change_password));
}

} // namespace web
