#include "db/accounts.h"
#include "db/tx.h"
#include "web/desk_pages.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/report_pages.h"

namespace web {
namespace {

// GET /
Result<http::Response> start(const WebDeps& deps, const http::Call& call) {
    Json data{
        {"description", deps.instance.description},
        {"origin", deps.instance.origin},
        {"host", deps.instance.host},
        {"handle_host", deps.instance.handle_host},
        {"is_signed_in", static_cast<bool>(call.me())},
    };
    if (call.me()) {
        db::Tx tx(deps.pool);
        const auto me = db::accounts::find(tx, call.me());
        if (me) data["me"] = {{"username", me->username}, {"url", "/@" + me->username}};
    }
    return render_page(deps.instance,
                       call,
                       {.view = "start", .title = "Welcome", .data = data, .is_private = false});
}

// GET /about
Result<http::Response> about(const WebDeps& deps, const http::Call& call) {
    return render_page(deps.instance,
                       call,
                       {.view = "about",
                        .title = "About",
                        .data = {{"description", deps.instance.description},
                                 {"contact", deps.instance.contact_email},
                                 {"host", deps.instance.host},
                                 {"has_terms", !deps.papers.terms.empty()},
                                 {"version", deps.instance.version}},
                        .is_private = false});
}

/// GET /robots.txt (RFC 9309): nothing here is for machines that collect pages.
Result<http::Response> serve_robots(const http::Call&) {
    http::Response response;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.headers.set("Cache-Control", "public, max-age=86400");
    response.body = "User-agent: *\nDisallow: /\n";
    return response;
}

} // namespace

http::Route page_route(const char* method,
                       const char* pattern,
                       http::Access access,
                       const WebDeps& deps,
                       PageHandler handler) {
    http::Route route{.method = method, .pattern = pattern, .access = access};
    route.handler = [&deps, handler](const http::Call& call) { return handler(deps, call); };
    route.media = http::Media::Html;
    return route;
}

void add_member_pages(http::Router& router,
                      const WebDeps& deps,
                      std::initializer_list<MemberPage> pages) {
    for (const auto& page : pages)
        router.add(
            page_route(page.method, page.pattern, http::Access::Session, deps, page.handler));
}

void add_start_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/", OptionalSession, deps, start));
    router.add(page_route("GET", "/about", OptionalSession, deps, about));
    router.add({"GET", "/assets/{name}", Anyone, "", serve_asset});
    router.add({"GET", "/robots.txt", Anyone, "", serve_robots});
}

void add_routes(http::Router& router, const WebDeps& deps) {
    add_start_routes(router, deps);
    add_desk_routes(router, deps);
    add_report_routes(router, deps);
    add_own_report_routes(router, deps);
    add_held_routes(router, deps);
    add_account_routes(router, deps);
    add_filter_routes(router, deps);
    add_audit_routes(router, deps);
    add_house_routes(router, deps);
    add_approval_routes(router, deps);
    add_list_routes(router, deps);
    add_record_routes(router, deps);
    add_sign_in_routes(router, deps);
    add_sign_in_code_routes(router, deps);
    add_sign_on_routes(router, deps);
    add_mailed_link_routes(router, deps);
    add_second_factor_routes(router, deps);
    add_password_routes(router, deps);
    add_join_routes(router, deps);
    add_paper_routes(router, deps);
    add_transparency_routes(router, deps);
    add_invitation_routes(router, deps);
    add_roster_routes(router, deps);
    add_corrections_routes(router, deps);
    add_attestation_routes(router, deps);
    add_duty_routes(router, deps);
    add_school_moderator_routes(router, deps);
    add_break_glass_routes(router, deps);
    add_access_routes(router, deps);
    add_settings_routes(router, deps);
    add_compose_routes(router, deps);
    add_strike_routes(router, deps);
    add_appeal_routes(router, deps);
    add_measured_post_routes(router, deps);
    add_student_privacy_routes(router, deps);
    add_recall_routes(router, deps);
    add_why_routes(router, deps);
    add_waiting_routes(router, deps);
    add_shield_routes(router, deps);
    add_vouching_routes(router, deps);
    add_partner_routes(router, deps);
    add_move_routes(router, deps);
    add_export_routes(router, deps);
    add_import_routes(router, deps);
    add_leaving_routes(router, deps);
    add_leaver_routes(router, deps);
    add_leavers_routes(router, deps);
    add_authorize_routes(router, deps);
    add_profile_routes(router, deps);
    add_post_routes(router, deps);
    add_interaction_routes(router, deps);
}

} // namespace web
