#include "db/accounts.h"
#include "outbox/strikes.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

/// Appeals that wait for another moderator than the one who acted.
namespace web {
namespace {

constexpr auto own_page = "/admin/appeals";

Json render_appeals(db::Tx& tx, const db::Account& me) {
    constexpr int most = 50;
    Json rows = Json::array();
    for (const auto& strike : db::strikes::list_appealed(tx, most)) {
        const auto account = db::accounts::find(tx, strike.account);
        if (!account) continue;
        rows.push_back({{"id", to_string(strike.id)},
                        {"handle", "@" + account->username},
                        {"what", outbox::consequence_of(strike.act)},
                        {"reason", strike.reason},
                        {"by", actor_text(tx, strike.made_by)},
                        {"since", shown_time(strike.created_at)},
                        {"appealed", shown_time(*strike.appealed_at)},
                        {"appeal", strike.appeal},
                        {"post", strike.status_uri},
                        {"is_mine", strike.made_by == me.uri || strike.account == me.id}});
    }
    return rows;
}

http::Response show(const WebDeps& deps,
                    const http::Call& call,
                    const db::Account& me,
                    const std::string& problem = "") {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto rows = render_appeals(tx, me);
    return render_page(deps.instance,
                       call,
                       {.view = "appeals",
                        .title = problem.empty() ? "Appeals" : "Error: Appeals",
                        .data = {{"problem", problem},
                                 {"most", outbox::max_appeal},
                                 {"has_appeals", !rows.empty()},
                                 {"appeals", rows}},
                        .status = problem.empty() ? 200 : 422});
}

// GET /admin/appeals
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    const auto me = at_desk(deps, call, own_page);
    if (!me) return me.error();
    return show(deps, call, *me);
}

// POST /admin/appeals/{id}
Result<http::Response> decide(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto id = call.id<db::StrikeTag>("id");
    if (!id) return id.error();
    const auto decision = call.form.text("decision");
    if (decision != "overturn" && decision != "uphold")
        return show(deps, call, *me, "Choose whether it stays or is taken back.");
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const outbox::Acting acting{
            .instance = deps.instance, .peers = deps.peers, .account = me->id, .now = deps.now()};
        const auto done = outbox::decide_appeal(tx,
                                                acting,
                                                {.strike = *id,
                                                 .overturned = decision == "overturn",
                                                 .answer = call.form.text("answer")});
        if (done)
            tx.commit();
        else
            refusal = done.error();
    }
    if (!refusal) return http::redirect_response(own_page);
    if (refusal->kind == Error::Kind::NotFound) return *refusal;
    return show(deps, call, *me, refusal->shown);
}

} // namespace

void add_appeal_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(
        router, deps, {{"GET", own_page, list}, {"POST", "/admin/appeals/{id}", decide}});
}

} // namespace web
