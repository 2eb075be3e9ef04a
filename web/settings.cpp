#include "db/accounts.h"
#include "db/oauth_tokens.h"
#include "db/tx.h"
#include "db/users.h"
#include "members/scopes.h"
#include "members/sessions.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

#include <array>
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

/// "Firefox on Windows", as far as the browser says it.
std::string describe_browser(std::string_view agent) {
    using Sign = std::pair<std::string_view, std::string_view>;
    // Most browsers also claim to be the ones that stand further down.
    constexpr std::array browsers{Sign{"Edg", "Edge"},
                                  Sign{"OPR/", "Opera"},
                                  Sign{"Firefox/", "Firefox"},
                                  Sign{"FxiOS/", "Firefox"},
                                  Sign{"Chrom", "Chrome"},
                                  Sign{"CriOS/", "Chrome"},
                                  Sign{"Safari/", "Safari"}};
    constexpr std::array systems{Sign{"Android", "Android"},
                                 Sign{"iPhone", "an iPhone"},
                                 Sign{"iPad", "an iPad"},
                                 Sign{"CrOS", "ChromeOS"},
                                 Sign{"Windows", "Windows"},
                                 Sign{"Mac OS X", "macOS"},
                                 Sign{"Linux", "Linux"}};
    const auto named = [agent](const auto& signs) {
        for (const auto& [sign, name] : signs) {
            if (agent.find(sign) != std::string_view::npos) return name;
        }
        return std::string_view();
    };
    const auto browser = named(browsers);
    const auto system = named(systems);
    return fmt::format(
        "{}{}{}", browser.empty() ? "A browser" : browser, system.empty() ? "" : " on ", system);
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

} // namespace

void add_settings_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings", Session, deps, settings));
    router.add(page_route("POST", "/settings/apps/{id}/disconnect", Session, deps, disconnect));
    router.add(page_route("POST", "/settings/sessions/end", Session, deps, end_session));
}

} // namespace web
