#include "educators/leavers.h"

#include "base/text.h"
#include "db/accounts.h"
#include "db/stay_requests.h"
#include "educators/import.h"
#include "members/leaving.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

/// Who left, and who of them asks to stay; for roster officers.
namespace web {
namespace {

constexpr auto own_page = "/admin/leavers";

std::string name_of(db::Tx& tx, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    if (!account) return "?";
    if (account->display_name.empty()) return "@" + account->username;
    return account->display_name + " (@" + account->username + ")";
}

http::Response show(const WebDeps& deps, const http::Call& call, const std::string& problem) {
    db::Tx tx(deps.pool);
    Json requests = Json::array();
    for (const auto& request : db::stay_requests::list_open(tx)) {
        requests.push_back({{"id", to_string(request.id)},
                            {"name", name_of(tx, request.account)},
                            {"kind", request.kind},
                            {"text", request.text},
                            {"asked", format_date(request.asked_at)}});
    }
    Json leavers = Json::array();
    for (const auto& leaving :
         db::leavings::list_since(tx, deps.now() - members::leaver_page_lifetime)) {
        leavers.push_back(
            {{"name", name_of(tx, leaving.account)},
             {"left", format_date(leaving.left_at)},
             {"until", format_date(leaving.left_at + members::leaver_page_lifetime)}});
    }
    return render_page(deps.instance,
                       call,
                       {.view = "leavers",
                        .title = problem.empty() ? "Leavers" : "Error: Leavers",
                        .data = {{"problem", problem},
                                 {"has_requests", !requests.empty()},
                                 {"requests", requests},
                                 {"has_leavers", !leavers.empty()},
                                 {"leavers", leavers}},
                        .status = problem.empty() ? 200 : 422});
}

// GET /admin/leavers
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto officer = at_desk(deps, call, own_page); !officer) return officer.error();
    return show(deps, call, "");
}

/// Approves or refuses, in a transaction of its own; shows what stands against it.
template <typename Decide>
Result<http::Response> decide(const WebDeps& deps, const http::Call& call, Decide decide_one) {
    const auto officer = acting_at_desk(deps, call, own_page);
    if (!officer) return officer.error();
    const auto id = call.id<db::StayRequestTag>("id");
    if (!id) return id.error();
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const Result<Done> decided =
            decide_one(tx,
                       educators::StayDecision{
                           .request = *id, .by = officer->uri, .reason = call.form.text("reason")});
        if (decided)
            tx.commit();
        else
            refusal = decided.error();
    }
    if (!refusal) return http::redirect_response(own_page);
    if (refusal->kind != Error::Kind::Unprocessable) return *refusal;
    return show(deps, call, refusal->shown);
}

// POST /admin/leavers/{id}/approve
Result<http::Response> approve(const WebDeps& deps, const http::Call& call) {
    return decide(deps, call, [&](db::Tx& tx, const educators::StayDecision& decision) {
        return educators::approve_stay(
            tx, deps.instance, deps.roster->accounts.terms, decision, deps.now());
    });
}

// POST /admin/leavers/{id}/refuse
Result<http::Response> refuse(const WebDeps& deps, const http::Call& call) {
    return decide(deps, call, [&](db::Tx& tx, const educators::StayDecision& decision) {
        return educators::refuse_stay(tx, decision, deps.now());
    });
}

} // namespace

void add_leavers_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", "/admin/leavers/{id}/approve", approve},
                      {"POST", "/admin/leavers/{id}/refuse", refuse}});
}

} // namespace web
