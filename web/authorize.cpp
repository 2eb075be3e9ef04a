#include "base/text.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "db/users.h"
#include "members/apps.h"
#include "members/authorization.h"
#include "members/scopes.h"
#include "members/sessions.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

namespace web {
namespace {

members::AuthorizationRequest read_request(const http::Form& form) {
    return {
        .client_id = form.text("client_id"),
        .redirect_uri = form.text("redirect_uri"),
        .response_type = form.text("response_type"),
        .scope = form.text("scope"),
        .state = form.text("state"),
        .code_challenge = form.text("code_challenge"),
        .code_challenge_method = form.text("code_challenge_method"),
    };
}

/// Where the browser goes afterwards, as a content security policy names it.
std::string form_target(const std::string& redirect_uri) {
    if (redirect_uri == members::out_of_band) return "";
    const auto origin = origin_of(redirect_uri);
    if (!origin.empty()) return origin;
    return ascii_lower(redirect_uri.substr(0, redirect_uri.find(':'))) + ":";
}

std::string destination(const std::string& redirect_uri) {
    if (redirect_uri == members::out_of_band) return "";
    const auto host = host_of(redirect_uri);
    if (!host.empty()) return host;
    return fmt::format("the app on your device ({})",
                       redirect_uri.substr(0, redirect_uri.find(':')));
}

http::Response refuse(const WebDeps& deps, const http::Call& call, const Error& error) {
    return render_notice(deps.instance,
                         call,
                         {.title = "This app cannot be connected",
                          .text = error.shown,
                          .link = "/",
                          .link_text = "Back to the start page",
                          .status = 400});
}

/// Sends the outcome to the app. The address is one that it registered: find_client saw to that.
http::Response send_back(const members::AuthorizationRequest& request,
                         std::vector<std::pair<std::string_view, std::string>> outcome) {
    outcome.emplace_back("state", request.state);
    auto response = http::redirect_response(members::redirect_with(request.redirect_uri, outcome));
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

http::Response refuse_to_app(const WebDeps& deps,
                             const http::Call& call,
                             const members::AuthorizationRequest& request,
                             const Error& error) {
    if (request.redirect_uri == members::out_of_band) return refuse(deps, call, error);
    return send_back(request, {{"error", error.reason}, {"error_description", error.shown}});
}

http::Response show_consent(const WebDeps& deps,
                            const http::Call& call,
                            const members::AuthorizationRequest& request,
                            const members::Authorization& authorization,
                            const db::Account& me) {
    const auto& app = authorization.app;
    return render_page(deps.instance,
                       call,
                       {.view = "authorize",
                        .title = "Connect " + app.name,
                        .data = {{"app", app.name},
                                 {"website", app.website},
                                 {"website_host", host_of(app.website)},
                                 {"destination", destination(request.redirect_uri)},
                                 {"scopes", members::describe_scopes(authorization.scopes)},
                                 {"handle", "@" + me.username + "@" + deps.instance.handle_host},
                                 {"client_id", request.client_id},
                                 {"redirect_uri", request.redirect_uri},
                                 {"response_type", request.response_type},
                                 {"scope", members::join_scopes(authorization.scopes)},
                                 {"state", request.state},
                                 {"code_challenge", request.code_challenge},
                                 {"code_challenge_method", request.code_challenge_method}},
                        .form_target = form_target(request.redirect_uri)});
}

http::Response show_code(const WebDeps& deps, const http::Call& call, const std::string& code) {
    return render_page(
        deps.instance, call, {.view = "code", .title = "Your code", .data = {{"code", code}}});
}

/// GET shows the question, POST takes the answer; both check the whole request.
enum class Step { Ask, Answer };

Result<http::Response> authorize(const WebDeps& deps, const http::Call& call, Step step) {
    const auto request = read_request(call.form);
    db::Tx tx(deps.pool);
    const auto app = members::find_client(tx, request);
    if (!app) return refuse(deps, call, app.error());
    const auto me = db::accounts::find(tx, call.me());
    const auto user = db::users::find(tx, call.me());
    if (!me || !user) return Error{Error::Kind::Unauthorized, "member is gone"};
    const auto authorization = members::check_authorization(*app, request, user->role);
    if (!authorization) return refuse_to_app(deps, call, request, authorization.error());
    if (step == Step::Ask) return show_consent(deps, call, request, *authorization, *me);

    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token"))) {
        return Error{Error::Kind::Forbidden, "consent form of another page"};
    }
    const bool is_out_of_band = request.redirect_uri == members::out_of_band;
    if (call.form.text("decision") != "allow") {
        if (is_out_of_band) return http::redirect_response("/");
        return send_back(request, {{"error", "access_denied"}});
    }
    const auto code = members::grant_code(tx, *authorization, call.me(), deps.now());
    tx.commit();
    if (is_out_of_band) return show_code(deps, call, code);
    return send_back(request, {{"code", code}});
}

// GET /oauth/authorize, docs.joinmastodon.org/methods/oauth/#authorize
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    return authorize(deps, call, Step::Ask);
}

// POST /oauth/authorize
Result<http::Response> answer(const WebDeps& deps, const http::Call& call) {
    return authorize(deps, call, Step::Answer);
}

} // namespace

void add_authorize_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/oauth/authorize", Session, deps, ask));
    router.add(page_route("POST", "/oauth/authorize", Session, deps, answer));
}

} // namespace web
