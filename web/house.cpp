#include "db/annual_reports.h"
#include "db/audit_log.h"
#include "outbox/join.h"
#include "web/desk.h"
#include "web/desk_pages.h"
#include "web/page.h"

/// How the server is set, for owners: what can be changed while it runs, and what stands in its
/// configuration.
namespace web {
namespace {

constexpr auto own_page = "/admin/settings";

std::string registration_text(const WebDeps& deps) {
    if (deps.joining == nullptr) return "Nobody joins by a page.";
    switch (deps.joining->sign_ups.rules.mode) {
    case outbox::SignUps::Closed:
        return "By the roster and by invitations only.";
    case outbox::SignUps::Approval:
        return "By the roster, by invitations, or by asking: a moderator decides.";
    case outbox::SignUps::Open:
        return "Everybody.";
    }
    return "";
}

// GET /admin/settings
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    return render_page(
        deps.instance,
        call,
        {.view = "house",
         .title = "Settings",
         .data = {{"name", deps.instance.title},
                  {"description", deps.instance.description},
                  {"contact", deps.instance.contact_email},
                  {"version", deps.instance.version},
                  {"registration", registration_text(deps)},
                  {"terms", deps.joining == nullptr ? "" : deps.joining->terms_version},
                  {"sign_on", deps.sign_on != nullptr},
                  {"has_reports", db::annual_reports::is_on(tx)}}});
}

// POST /admin/settings/annual-reports
Result<http::Response> switch_reports(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto on = call.form.flag("on");
    if (!on) return Error{Error::Kind::Unprocessable, "no choice", "Choose on or off."};
    db::Tx tx(deps.pool);
    if (db::annual_reports::is_on(tx) != *on) {
        db::annual_reports::set_on(tx, *on);
        db::audit_log::insert(tx,
                              {.at = deps.now(),
                               .actor = me->uri,
                               .act = *on ? "annual_reports.on" : "annual_reports.off",
                               .subject = "annual_reports"});
        tx.commit();
    }
    return http::redirect_response(own_page);
}

} // namespace

void add_house_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(
        router,
        deps,
        {{"GET", own_page, show}, {"POST", "/admin/settings/annual-reports", switch_reports}});
}

} // namespace web
