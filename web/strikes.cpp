#include "outbox/strikes.h"

#include "db/accounts.h"
#include "members/links.h"
#include "members/sessions.h"
#include "outbox/appeal_reviews.h"
#include "web/desk.h"
#include "web/open_form.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

#include <algorithm>

/// What moderators did to a member, and how the member appeals: signed in, or by the link of the
/// letter when there is no signing in any more.
namespace web {
namespace {

constexpr auto own_page = "/settings/strikes";
const Error no_strike{Error::Kind::NotFound, "no strike", "There is nothing here for you."};

std::string state_text(const db::Strike& strike, Time now) {
    if (strike.decision == "overturned") return "You appealed, and it was taken back.";
    if (strike.decision == "upheld") return "You appealed, and it stays.";
    if (strike.undone_at) return "It was taken back.";
    if (strike.appealed_at) return "You appealed. Another moderator looks at it.";
    if (!outbox::may_appeal(strike, now)) return "The time to appeal is over.";
    return "You can appeal until " + format_date(strike.created_at + outbox::appeal_lifetime) + ".";
}

/// How far the districts are that were asked.
std::string reviews_text(db::Tx& tx, const db::Strike& strike) {
    const auto reviews = db::appeal_reviews::list(tx, strike.id);
    if (reviews.empty()) return "";
    const auto answered =
        std::ranges::count_if(reviews, [](const auto& one) { return one.decided_at.has_value(); });
    return fmt::format(
        "Moderators of {} other districts were asked; {} answered.", reviews.size(), answered);
}

Json render_strike(db::Tx& tx, const db::Strike& strike, Time now) {
    return {{"id", to_string(strike.id)},
            {"what", outbox::consequence_of(strike.act)},
            {"reason", strike.reason},
            {"post", strike.status_uri},
            {"since", shown_time(strike.created_at)},
            {"state", state_text(strike, now)},
            {"appeal", strike.appeal},
            {"answer", strike.answer},
            {"reviews", reviews_text(tx, strike)},
            {"may_ask", outbox::may_ask_reviewers(tx, strike, now)},
            {"may_appeal", outbox::may_appeal(strike, now)}};
}

http::Response show(const WebDeps& deps, const http::Call& call, const std::string& problem = "") {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    Json rows = Json::array();
    for (const auto& strike : db::strikes::list(tx, call.me())) {
        rows.push_back(render_strike(tx, strike, deps.now()));
        const bool is_wrong = !problem.empty() && rows.back()["id"] == call.param("id");
        rows.back()["problem"] = is_wrong ? problem : "";
        rows.back()["typed"] = is_wrong ? call.form.text("text") : "";
    }
    return render_page(deps.instance,
                       call,
                       {.view = "strikes",
                        .title = problem.empty() ? "Strikes" : "Error: Strikes",
                        .data = {{"problem", problem},
                                 {"problem_id", call.param("id")},
                                 {"most", outbox::max_appeal},
                                 {"has_strikes", !rows.empty()},
                                 {"strikes", rows}},
                        .status = problem.empty() ? 200 : 422});
}

// GET /settings/strikes
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    return show(deps, call);
}

Result<Done> send_appeal(const WebDeps& deps, const http::Call& call, AccountId member) {
    const auto id = call.id<db::StrikeTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool);
    const auto done = outbox::appeal(tx, member, *id, call.form.text("text"), deps.now());
    if (done) tx.commit();
    return done;
}

// POST /settings/strikes/{id}/appeal
Result<http::Response> appeal(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "strikes form of another page"};
    const auto done = send_appeal(deps, call, call.me());
    if (done) return http::redirect_response(own_page);
    if (done.error().kind != Error::Kind::Unprocessable) return done.error();
    return show(deps, call, done.error().shown);
}

// POST /settings/strikes/{id}/reviewers
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "strikes form of another page"};
    const auto id = call.id<db::StrikeTag>("id");
    if (!id) return id.error();
    Result<Done> done = Done{};
    {
        db::Tx tx(deps.pool);
        done = outbox::ask_reviewers(tx, deps.instance, call.me(), *id, deps.now());
        if (done) tx.commit();
    }
    if (done) return http::redirect_response(own_page);
    if (done.error().kind != Error::Kind::Unprocessable) return done.error();
    return show(deps, call, done.error().shown);
}

/// Whose link it is.
Result<db::Strike> find_by_link(const WebDeps& deps, const http::Call& call) {
    const auto id = call.id<db::StrikeTag>("id");
    if (!id) return no_strike;
    const auto member = members::find_appellant(
        deps.link_key, call.form.text("token"), call.param("id"), deps.now());
    if (!member) return no_strike;
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    auto strike = db::strikes::find(tx, *id);
    if (!strike || strike->account != *member) return no_strike;
    return std::move(*strike);
}

http::Response show_linked(const WebDeps& deps,
                           const http::Call& call,
                           const db::Strike& strike,
                           const std::string& problem = "") {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    auto data = render_strike(tx, strike, deps.now());
    data["problem"] = problem;
    data["typed"] = problem.empty() ? "" : call.form.text("text");
    data["token"] = call.form.text("token");
    data["most"] = outbox::max_appeal;
    return render_open_form(deps.instance,
                            call,
                            {.view = "appeal",
                             .title = problem.empty() ? "Appeal" : "Error: Appeal",
                             .data = std::move(data),
                             .status = problem.empty() ? 200 : 422});
}

// GET /appeal/{id}?token=
Result<http::Response> open(const WebDeps& deps, const http::Call& call) {
    const auto strike = find_by_link(deps, call);
    if (!strike) return strike.error();
    return show_linked(deps, call, *strike);
}

// POST /appeal/{id}
Result<http::Response> send(const WebDeps& deps, const http::Call& call) {
    if (!is_own_open_form(deps.instance, call))
        return Error{Error::Kind::Forbidden, "appeal form of another page", no_cookie_text};
    const auto strike = find_by_link(deps, call);
    if (!strike) return strike.error();
    const auto done = send_appeal(deps, call, strike->account);
    if (!done && done.error().kind != Error::Kind::Unprocessable) return done.error();
    if (!done) return show_linked(deps, call, *strike, done.error().shown);
    return render_notice(deps.instance,
                         call,
                         {.title = "Your appeal is here",
                          .text = "Another moderator than the one who decided looks at it. The "
                                  "answer comes by mail."});
}

} // namespace

void add_strike_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", "/settings/strikes/{id}/appeal", appeal},
                      {"POST", "/settings/strikes/{id}/reviewers", ask}});
    router.add(page_route("GET", "/appeal/{id}", Anyone, deps, open));
    router.add(page_route("POST", "/appeal/{id}", Anyone, deps, send));
}

} // namespace web
