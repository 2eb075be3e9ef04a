#include "db/cases.h"
#include "outbox/cases.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/report_pages.h"

/// What a member reported, and what became of it.
namespace web {
namespace {

constexpr int most = 50;

Json render_report(db::Tx& tx, const db::Report& report) {
    const auto target = db::accounts::find(tx, report.target);
    const auto one = db::cases::find(tx, report.of_case);
    // One that stands alone is from before there were cases.
    const bool is_decided = report.resolved_at.has_value();
    const auto outcome = one ? federation::outcome_text(one->outcome) : std::string_view{};
    return {{"target", target ? "@" + target->acct() : "an account"},
            {"at", shown_time(report.created_at)},
            {"comment", report.comment},
            {"is_decided", is_decided},
            {"outcome", is_decided ? outcome : ""},
            {"note", is_decided && one ? one->note : ""},
            {"decide_by", one && !is_decided ? shown_time(one->decide_by) : ""},
            {"peer_host", one && one->forwarded_at ? one->peer_host : ""},
            {"asks_forward", report.asks_forward && one && !one->forwarded_at},
            {"peer_took", one && !one->peer_case_uri.empty()},
            {"peer_outcome", one ? federation::outcome_text(one->peer_outcome) : ""},
            {"peer_note", one ? one->peer_note : ""}};
}

// GET /settings/reports
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    Json rows = Json::array();
    for (const auto& report : db::reports::list_by(tx, call.me(), most))
        rows.push_back(render_report(tx, report));
    return render_page(deps.instance,
                       call,
                       {.view = "own_reports",
                        .title = "Your reports",
                        .data = {{"has_reports", !rows.empty()}, {"reports", rows}}});
}

} // namespace

void add_own_report_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router, deps, {{"GET", "/settings/reports", show}});
}

} // namespace web
