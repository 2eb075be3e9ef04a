#include "db/accounts.h"
#include "db/oauth_tokens.h"
#include "db/tx.h"
#include "db/users.h"
#include "db/vouchings.h"
#include "members/scopes.h"
#include "members/second_factor.h"
#include "members/sessions.h"
#include "web/browser.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

#include <utility>

namespace web {
namespace {

Json render_apps(const std::vector<db::oauth_tokens::Connected>& apps) {
    Json list = Json::array();
    for (const auto& app : apps) {
        list.push_back({
            {"id", to_string(app.app)},
            {"name", app.app_name},
            {"since", format_date(app.created_at)},
            {"used", app.last_used_at ? format_date(*app.last_used_at) : ""},
            {"scopes", members::describe_scopes(app.scopes)},
        });
    }
    return list;
}

Json render_sessions(const std::vector<db::Session>& sessions, const std::string& own) {
    Json list = Json::array();
    for (const auto& session : sessions) {
        list.push_back({
            {"key", session.token_hash},
            {"agent", describe_browser(session.agent)},
            {"since", format_date(session.created_at)},
            {"seen", format_date(session.seen_at)},
            {"is_this", session.token_hash == own},
        });
    }
    return list;
}

std::string role_text(db::Role role) {
    switch (role) {
    case db::Role::Owner:
        return "Owner of this site";
    case db::Role::Moderator:
        return "Moderator";
    case db::Role::SchoolModerator:
        return "Moderator of schools";
    case db::Role::Member:
        return "Member";
    }
    return "";
}

// GET /settings
Result<http::Response> settings(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto me = db::accounts::find(tx, call.me());
    const auto user = db::users::find(tx, call.me());
    if (!me || !user) return Error{Error::Kind::Unauthorized, "member is gone"};
    const auto apps = render_apps(db::oauth_tokens::list_connected(tx, call.me()));
    const auto sessions =
        render_sessions(members::list_sessions(tx, call.me(), deps.now()), call.caller.session);
    const auto vouching_waits = db::vouchings::count_waiting(tx, call.me());
    return render_page(
        deps.instance,
        call,
        {.view = "settings",
         .title = "Your account",
         .data = {{"name", me->display_name.empty() ? me->username : me->display_name},
                  {"handle", "@" + me->username + "@" + deps.instance.handle_host},
                  {"profile", "/@" + me->username},
                  {"email", user->email},
                  {"role", role_text(user->role)},
                  {"has_vouching", deps.roster != nullptr},
                  {"vouching_waits", vouching_waits > 0 ? std::to_string(vouching_waits) : ""},
                  {"has_sign_on", deps.sign_on != nullptr},
                  {"has_second_factor", members::has_second_factor(tx, call.me())},
                  {"wants_digest", user->settings.value("mail_digest", "") == "weekly"},
                  {"has_apps", !apps.empty()},
                  {"apps", apps},
                  {"sessions", sessions}}});
}

bool is_own_form(const WebDeps& deps, const http::Call& call) {
    return members::is_own_form(deps.instance, call.request, call.form.text("form_token"));
}

const Error foreign_form{Error::Kind::Forbidden, "settings form of another page"};

// POST /settings/apps/{id}/disconnect
Result<http::Response> disconnect(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto app = call.id<AppTag>("id");
    if (!app) return app.error();
    db::Tx tx(deps.pool);
    if (!db::oauth_tokens::revoke_of_app(tx, call.me(), *app, deps.now())) {
        return Error{Error::Kind::NotFound, "no such app of this member"};
    }
    tx.commit();
    return http::redirect_response("/settings#apps");
}

// POST /settings/sessions/end
Result<http::Response> end_session(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    db::Tx tx(deps.pool);
    if (!db::sessions::remove(tx, call.form.text("key"), call.me())) {
        return Error{Error::Kind::NotFound, "no such session of this member"};
    }
    tx.commit();
    return http::redirect_response("/settings#sessions");
}

// POST /settings/digest
Result<http::Response> change_digest(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    db::Tx tx(deps.pool);
    const auto user = db::users::find(tx, call.me());
    if (!user) return Error{Error::Kind::Unauthorized, "member is gone"};
    auto settings = user->settings;
    settings["mail_digest"] = call.form.flag_or("weekly", false) ? "weekly" : "";
    db::users::set_settings(tx, call.me(), settings);
    tx.commit();
    return http::redirect_response("/settings");
}

} // namespace

void add_settings_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings", Session, deps, settings));
    router.add(page_route("POST", "/settings/digest", Session, deps, change_digest));
    router.add(page_route("POST", "/settings/apps/{id}/disconnect", Session, deps, disconnect));
    router.add(page_route("POST", "/settings/sessions/end", Session, deps, end_session));
}

} // namespace web
