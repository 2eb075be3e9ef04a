#pragma once

#include "web/routes.h"

#include <initializer_list>

/// The groups of pages, a file each.
namespace web {

void add_start_routes(http::Router& router, const WebDeps& deps);
void add_desk_routes(http::Router& router, const WebDeps& deps);
void add_held_routes(http::Router& router, const WebDeps& deps);
void add_account_routes(http::Router& router, const WebDeps& deps);
void add_filter_routes(http::Router& router, const WebDeps& deps);
void add_audit_routes(http::Router& router, const WebDeps& deps);
void add_sign_in_routes(http::Router& router, const WebDeps& deps);
void add_sign_in_code_routes(http::Router& router, const WebDeps& deps);
void add_sign_on_routes(http::Router& router, const WebDeps& deps);
void add_mailed_link_routes(http::Router& router, const WebDeps& deps);
void add_second_factor_routes(http::Router& router, const WebDeps& deps);
void add_password_routes(http::Router& router, const WebDeps& deps);
void add_join_routes(http::Router& router, const WebDeps& deps);
void add_invitation_routes(http::Router& router, const WebDeps& deps);
void add_transparency_routes(http::Router& router, const WebDeps& deps);
void add_paper_routes(http::Router& router, const WebDeps& deps);
void add_roster_routes(http::Router& router, const WebDeps& deps);
void add_corrections_routes(http::Router& router, const WebDeps& deps);
void add_attestation_routes(http::Router& router, const WebDeps& deps);
void add_duty_routes(http::Router& router, const WebDeps& deps);
void add_school_moderator_routes(http::Router& router, const WebDeps& deps);
void add_break_glass_routes(http::Router& router, const WebDeps& deps);
void add_access_routes(http::Router& router, const WebDeps& deps);
void add_settings_routes(http::Router& router, const WebDeps& deps);
void add_compose_routes(http::Router& router, const WebDeps& deps);
void add_strike_routes(http::Router& router, const WebDeps& deps);
void add_measured_post_routes(http::Router& router, const WebDeps& deps);
void add_appeal_routes(http::Router& router, const WebDeps& deps);
void add_student_privacy_routes(http::Router& router, const WebDeps& deps);
void add_recall_routes(http::Router& router, const WebDeps& deps);
void add_why_routes(http::Router& router, const WebDeps& deps);
void add_waiting_routes(http::Router& router, const WebDeps& deps);
void add_shield_routes(http::Router& router, const WebDeps& deps);
void add_partner_routes(http::Router& router, const WebDeps& deps);
void add_vouching_routes(http::Router& router, const WebDeps& deps);
void add_move_routes(http::Router& router, const WebDeps& deps);
void add_export_routes(http::Router& router, const WebDeps& deps);
void add_import_routes(http::Router& router, const WebDeps& deps);
void add_leaving_routes(http::Router& router, const WebDeps& deps);
void add_leaver_routes(http::Router& router, const WebDeps& deps);
void add_leavers_routes(http::Router& router, const WebDeps& deps);
void add_authorize_routes(http::Router& router, const WebDeps& deps);
void add_profile_routes(http::Router& router, const WebDeps& deps);
void add_post_routes(http::Router& router, const WebDeps& deps);
void add_interaction_routes(http::Router& router, const WebDeps& deps);

using PageHandler = Result<http::Response> (*)(const WebDeps&, const http::Call&);
/// An HTML row of the router.
http::Route page_route(const char* method,
                       const char* pattern,
                       http::Access access,
                       const WebDeps& deps,
                       PageHandler handler);

/// Rows for whoever is signed in.
struct MemberPage {
    const char* method;
    const char* pattern;
    PageHandler handler;
};
void add_member_pages(http::Router& router,
                      const WebDeps& deps,
                      std::initializer_list<MemberPage> pages);

} // namespace web
