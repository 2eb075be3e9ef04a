#include "outbox/break_glass.h"

#include "base/text.h"
#include "db/users.h"
#include "web/break_glass.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

/// Asking for a member's private posts, and deciding about it: outbox/break_glass.h as pages. To
/// those who may not, and to the member concerned, they do not exist.
namespace web {
namespace {

using outbox::GlassState;

Json render_request(db::Tx& tx, const db::GlassRequest& request, Time now) {
    return {{"url", glass_page(request.id)},
            {"member", shown_name(tx, request.account)},
            {"requester", shown_name(tx, request.requester)},
            {"decided_by", request.decided_by ? shown_name(tx, request.decided_by) : ""},
            {"first", format_date(request.first)},
            {"last", format_date(request.end - std::chrono::milliseconds{1})},
            {"reason", request.reason},
            {"refusal", request.refusal},
            {"requested", shown_time(request.requested_at)},
            {"decided", request.decided_at ? shown_time(*request.decided_at) : ""},
            {"told", request.told_at ? shown_time(*request.told_at) : ""},
            {"state", state_text(request, now)}};
}

http::Response show_list(const WebDeps& deps, const http::Call& call, const Problem& problem = {}) {
    const bool has_problem = !problem.text.empty();
    db::Tx tx(deps.pool);
    Json rows = Json::array();
    for (const auto& request : db::glass_requests::list_but(tx, call.me()))
        rows.push_back(render_request(tx, request, deps.now()));
    Json typed = Json::object();
    for (const auto* name : {"name", "first", "last", "reason", "hold_reason", "hold_until"})
        typed[name] = has_problem ? call.form.text(name) : "";
    return render_page(deps.instance,
                       call,
                       {.view = "break_glass",
                        .title = has_problem ? "Error: Break-glass" : "Break-glass",
                        .data = {{"problem", problem.text},
                                 {"problem_field", problem.field},
                                 {"typed", typed},
                                 {"has_requests", !rows.empty()},
                                 {"requests", rows}},
                        .status = problem.status});
}

// GET /admin/break-glass
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto officer = at_desk(deps, call, glass_pages); !officer) return officer.error();
    return show_list(deps, call);
}

/// Whole days, the last one included.
struct Days {
    Time first{};
    Time end{};
};
std::optional<Days> typed_days(const http::Form& form) {
    const auto first = parse_iso8601(form.text("first"));
    const auto last = parse_iso8601(form.text("last"));
    if (!first || !last) return std::nullopt;
    return Days{*first, *last + std::chrono::hours{24}};
}

Result<std::optional<outbox::GlassHoldDraft>> typed_hold(const http::Form& form) {
    const auto until = form.text("hold_until");
    const auto reason = form.text("hold_reason");
    if (until.empty() && reason.empty()) return std::optional<outbox::GlassHoldDraft>();
    const auto end = parse_iso8601(until);
    if (!end)
        return Error{Error::Kind::Unprocessable, "hold date", "Say until when the hold lasts."};
    return std::optional(outbox::GlassHoldDraft{reason, *end});
}

/// An account of ours, or 0, about which the verb says what it says of whom it does not know.
AccountId typed_member(db::Tx& tx, const http::Form& form) {
    const auto account = db::accounts::find_by_handle(tx, form.text("name"), "");
    return account ? account->id : AccountId{};
}

// POST /admin/break-glass
Result<http::Response> request(const WebDeps& deps, const http::Call& call) {
    if (const auto officer = acting_at_desk(deps, call, glass_pages); !officer)
        return officer.error();
    const auto days = typed_days(call.form);
    if (!days)
        return show_list(deps, call, {"Say from which day to which the posts are.", "first", 422});
    auto hold = typed_hold(call.form);
    if (!hold) return show_list(deps, call, problem_of(hold.error(), "hold_until"));
    db::GlassId id;
    {
        db::Tx tx(deps.pool);
        const auto made = outbox::request_glass(tx,
                                                call.me(),
                                                {.account = typed_member(tx, call.form),
                                                 .first = days->first,
                                                 .end = days->end,
                                                 .reason = call.form.text("reason"),
                                                 .hold = std::move(*hold)},
                                                deps.now());
        if (!made) return show_list(deps, call, problem_of(made.error(), "name"));
        tx.commit();
        id = *made;
    }
    return http::redirect_response(glass_page(id));
}

Json render_holds(db::Tx& tx, const db::GlassRequest& request, AccountId me, Time now) {
    const bool takes_approval = request.decision == "approved" && !request.told_at;
    Json rows = Json::array();
    for (const auto& hold : db::glass_requests::list_holds(tx, request.id)) {
        const bool waits = takes_approval && !hold.approved_at && hold.end > now;
        rows.push_back({{"id", to_string(hold.id)},
                        {"reason", hold.reason},
                        {"until", format_date(hold.end)},
                        {"asked_by", shown_name(tx, hold.asked_by)},
                        {"approved_by", hold.approved_by ? shown_name(tx, hold.approved_by) : ""},
                        {"may_approve", waits && hold.asked_by != me}});
    }
    return rows;
}

Result<http::Response> show_one(const WebDeps& deps,
                                const http::Call& call,
                                const Problem& problem = {}) {
    const auto id = call.id<db::GlassTag>("id");
    if (!id) return id.error();
    const Time now = deps.now();
    db::Tx tx(deps.pool);
    const auto request = db::glass_requests::find(tx, *id);
    if (!request || request->account == call.me() || !outbox::find_glass_officer(tx, call.me()))
        return no_glass_page;
    const bool is_mine = request->requester == call.me();
    const auto state = outbox::state_of(*request, now);
    auto data = render_request(tx, *request, now);
    data["may_decide"] = !is_mine && state == GlassState::Waits;
    data["waits_for_another"] = is_mine && state == GlassState::Waits;
    data["may_read"] = is_mine && state == GlassState::Open;
    data["may_hold"] = request->decision == "approved" && !request->told_at;
    const auto holds = render_holds(tx, *request, call.me(), now);
    data["has_holds"] = !holds.empty();
    data["holds"] = holds;
    data["problem"] = problem.text;
    data["problem_field"] = problem.field;
    return render_page(deps.instance,
                       call,
                       {.view = "break_glass_request",
                        .title = problem.text.empty() ? "Request to read private posts"
                                                      : "Error: Request to read private posts",
                        .data = data,
                        .status = problem.status});
}

// GET /admin/break-glass/{id}
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    return show_one(deps, call);
}

/// What a form about one request does. `do_it` runs in a transaction and says what went wrong.
enum class Asks { Nothing, Password };
template <typename Act>
Result<http::Response> act(
    const WebDeps& deps, const http::Call& call, Asks asks, const char* field, Act do_it) {
    if (const auto officer = acting_at_desk(deps, call, glass_pages); !officer)
        return officer.error();
    const auto id = call.id<db::GlassTag>("id");
    if (!id) return id.error();
    if (asks == Asks::Password) {
        if (const auto confirmed = confirm_password(deps, call); !confirmed)
            return show_one(deps, call, problem_of(confirmed.error(), field));
    }
    {
        db::Tx tx(deps.pool);
        const Result<Done> done = do_it(tx, *id);
        if (!done && done.error().kind == Error::Kind::NotFound) return no_glass_page;
        if (!done) return show_one(deps, call, problem_of(done.error(), field));
        tx.commit();
    }
    return http::redirect_response(glass_page(*id));
}

// POST /admin/break-glass/{id}/approve
Result<http::Response> approve(const WebDeps& deps, const http::Call& call) {
    return act(deps, call, Asks::Password, "password", [&](db::Tx& tx, db::GlassId id) {
        return outbox::approve_glass(tx, call.me(), id, deps.now());
    });
}

// POST /admin/break-glass/{id}/refuse
Result<http::Response> refuse(const WebDeps& deps, const http::Call& call) {
    return act(deps, call, Asks::Nothing, "refusal", [&](db::Tx& tx, db::GlassId id) {
        return outbox::refuse_glass(tx, call.me(), id, call.form.text("reason"), deps.now());
    });
}

// POST /admin/break-glass/{id}/holds
Result<http::Response> ask_hold(const WebDeps& deps, const http::Call& call) {
    return act(
        deps, call, Asks::Nothing, "hold_until", [&](db::Tx& tx, db::GlassId id) -> Result<Done> {
            auto hold = typed_hold(call.form);
            if (!hold) return hold.error();
            return outbox::ask_glass_hold(
                tx, call.me(), id, hold->value_or(outbox::GlassHoldDraft{}), deps.now());
        });
}

// POST /admin/break-glass/{id}/holds/{hold}/approve
Result<http::Response> approve_hold(const WebDeps& deps, const http::Call& call) {
    const auto hold = call.id<db::GlassHoldTag>("hold");
    if (!hold) return hold.error();
    return act(deps,
               call,
               Asks::Password,
               ("password-" + to_string(*hold)).c_str(),
               [&](db::Tx& tx, db::GlassId id) {
                   return outbox::approve_glass_hold(tx, call.me(), id, *hold, deps.now());
               });
}

} // namespace

void add_break_glass_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", glass_pages, list},
                      {"POST", glass_pages, request},
                      {"GET", "/admin/break-glass/{id}", show},
                      {"POST", "/admin/break-glass/{id}/approve", approve},
                      {"POST", "/admin/break-glass/{id}/refuse", refuse},
                      {"POST", "/admin/break-glass/{id}/holds", ask_hold},
                      {"POST", "/admin/break-glass/{id}/holds/{hold}/approve", approve_hold}});
    add_glass_reading_routes(router, deps);
}

} // namespace web
