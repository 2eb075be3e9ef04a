#include "outbox/approvals.h"

#include "db/tx.h"
#include "web/acting.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/desk_list.h"
#include "web/desk_pages.h"
#include "web/page.h"

/// What one person asked for and another decides about.
namespace web {
namespace {

using outbox::ApprovalState;

constexpr auto own_page = "/admin/approvals";

std::string name_of(db::Tx& tx, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    return account ? "@" + account->username : "?";
}

std::string state_text(db::Tx& tx, const db::Approval& approval, Time now) {
    switch (outbox::state_of(approval, now)) {
    case ApprovalState::Waits:
        return approval.alone_at ? "nobody else could approve it: it may be done alone from " +
                                       shown_time(*approval.alone_at)
                                 : "waits for a second person, until " +
                                       shown_time(approval.asked_at + outbox::approval_waits);
    case ApprovalState::Expired:
        return "expired: nobody decided in time";
    case ApprovalState::Refused:
        return "refused by " + name_of(tx, approval.decided_by) + ": " + approval.refusal;
    case ApprovalState::Open:
    case ApprovalState::Over:
        break;
    }
    const auto when = shown_time(*approval.decided_at);
    return approval.decision == "alone"
               ? "done without a second person, " + when
               : "approved by " + name_of(tx, approval.decided_by) + ", " + when;
}

Json render(db::Tx& tx, const db::Approval& approval, AccountId me, Time now) {
    const auto* const kind = outbox::find_approval_kind(approval.kind);
    const auto state = outbox::state_of(approval, now);
    const bool waits = state == ApprovalState::Waits;
    const bool is_mine = approval.asked_by == me;
    const bool is_grant = kind != nullptr && kind->carry_out == nullptr;
    return {
        {"id", to_string(approval.id)},
        {"url", std::string(own_page) + "/" + to_string(approval.id)},
        {"what", std::string(kind == nullptr ? approval.kind : kind->title)},
        {"subject", approval.subject},
        {"has_shown", approval.details.contains("shown")},
        {"shown", approval.details.value("shown", Json::array())},
        {"import",
         approval.details.contains("import")
             ? "/admin/roster/imports/" + approval.details.at("import").get<std::string>()
             : ""},
        {"reason", approval.reason},
        {"asked_by", name_of(tx, approval.asked_by)},
        {"asked", shown_time(approval.asked_at)},
        {"state", state_text(tx, approval, now)},
        {"may_approve", waits && !is_mine},
        {"may_refuse", waits},
        {"may_go_on", waits && is_mine && approval.alone_at && now >= *approval.alone_at},
        {"grant",
         is_mine && is_grant && state == ApprovalState::Open && approval.kind == "records.export"
             ? "/admin/records/" + to_string(approval.id) + "/export"
             : ""}};
}

http::Response show(const WebDeps& deps, const http::Call& call, const Problem& problem = {}) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const db::ApprovalId below{parse_id(call.form.text("below")).value_or(0)};
    auto approvals = db::approvals::list(tx, below, desk_rows + 1);
    const bool is_more = cut_to_page(approvals);
    const auto next =
        is_more ? link_to(own_page, {{"below", to_string(approvals.back().id)}}) : std::string();
    Json rows = Json::array();
    for (const auto& approval : approvals) {
        // Who may not decide about a kind is not told of it.
        const auto* const kind = outbox::find_approval_kind(approval.kind);
        if (kind != nullptr && outbox::may_approve(tx, call.me(), *kind))
            rows.push_back(render(tx, approval, call.me(), deps.now()));
    }
    return render_page(deps.instance,
                       call,
                       {.view = "approvals",
                        .title = problem.text.empty() ? "Approvals" : "Error: Approvals",
                        .data = {{"problem", problem.text},
                                 {"problem_field", problem.field},
                                 {"has_approvals", !rows.empty()},
                                 {"approvals", rows},
                                 {"next", next}},
                        .status = problem.status});
}

// GET /admin/approvals
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    return show(deps, call);
}

enum class Asks { Nothing, Password };

/// One decision, in a transaction of its own; what stands against it is shown in the list.
template <typename Decide>
Result<http::Response> decide(const WebDeps& deps,
                              const http::Call& call,
                              Asks asks,
                              Decide decide_one) {
    if (const auto me = acting_at_desk(deps, call, own_page); !me) return me.error();
    const auto id = call.id<db::ApprovalTag>("id");
    if (!id) return id.error();
    const auto field = (asks == Asks::Password ? "password-" : "refusal-") + to_string(*id);
    if (asks == Asks::Password) {
        if (const auto confirmed = confirm_password(deps, call); !confirmed)
            return show(deps, call, problem_of(confirmed.error(), field));
    }
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const Result<Done> done = decide_one(tx, acting_for(deps, call), *id);
        if (done)
            tx.commit();
        else
            refusal = done.error();
    }
    if (!refusal) return http::redirect_response(own_page);
    if (refusal->kind == Error::Kind::NotFound) return *refusal;
    return show(deps, call, problem_of(*refusal, field));
}

// POST /admin/approvals/{id}/approve
Result<http::Response> approve(const WebDeps& deps, const http::Call& call) {
    return decide(deps, call, Asks::Password, [](auto& tx, const auto& acting, auto id) {
        return outbox::approve_act(tx, acting, id);
    });
}

// POST /admin/approvals/{id}/refuse
Result<http::Response> refuse(const WebDeps& deps, const http::Call& call) {
    return decide(deps, call, Asks::Nothing, [&call](auto& tx, const auto& acting, auto id) {
        return outbox::refuse_act(tx, acting, id, call.form.text("reason"));
    });
}

// POST /admin/approvals/{id}/alone
Result<http::Response> go_on_alone(const WebDeps& deps, const http::Call& call) {
    return decide(deps, call, Asks::Password, [](auto& tx, const auto& acting, auto id) {
        return outbox::go_on_alone(tx, acting, id);
    });
}

} // namespace

void add_approval_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", "/admin/approvals/{id}/approve", approve},
                      {"POST", "/admin/approvals/{id}/refuse", refuse},
                      {"POST", "/admin/approvals/{id}/alone", go_on_alone}});
}

} // namespace web
