#include "db/accounts.h"
#include "outbox/appeal_reviews.h"
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

Json render_foreign(db::Tx& tx) {
    constexpr int most = 50;
    Json rows = Json::array();
    for (const auto& appeal : db::foreign_appeals::list_open(tx, most)) {
        rows.push_back({{"id", to_string(appeal.id)},
                        {"host", appeal.host},
                        {"what", outbox::consequence_of(appeal.act)},
                        {"reason", appeal.reason},
                        {"appeal", appeal.appeal},
                        {"answer", appeal.answer},
                        {"since", shown_time(appeal.received_at)}});
    }
    return rows;
}

http::Response show(const WebDeps& deps,
                    const http::Call& call,
                    const db::Account& me,
                    const std::string& problem = "") {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto rows = render_appeals(tx, me);
    const auto foreign = render_foreign(tx);
    return render_page(deps.instance,
                       call,
                       {.view = "appeals",
                        .title = problem.empty() ? "Appeals" : "Error: Appeals",
                        .data = {{"problem", problem},
                                 {"most", outbox::max_appeal},
                                 {"has_appeals", !rows.empty()},
                                 {"appeals", rows},
                                 {"has_foreign", !foreign.empty()},
                                 {"foreign", foreign}},
                        .status = problem.empty() ? 200 : 422});
}

// GET /admin/appeals
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    const auto me = at_desk(deps, call, own_page);
    if (!me) return me.error();
    return show(deps, call, *me);
}

using Decide = Result<Done> (*)(db::Tx&, const outbox::Acting&, const http::Call&, bool overturned);

Result<Done> decide_own(db::Tx& tx,
                        const outbox::Acting& acting,
                        const http::Call& call,
                        bool overturned) {
    const auto id = call.id<db::StrikeTag>("id");
    if (!id) return id.error();
    return outbox::decide_appeal(
        tx, acting, {.strike = *id, .overturned = overturned, .answer = call.form.text("answer")});
}

Result<Done> decide_foreign(db::Tx& tx,
                            const outbox::Acting& acting,
                            const http::Call& call,
                            bool overturned) {
    const auto id = call.id<db::ForeignAppealTag>("id");
    if (!id) return id.error();
    return outbox::give_opinion(
        tx, acting, {.appeal = *id, .overturned = overturned, .note = call.form.text("answer")});
}

// POST /admin/appeals/{id}, /admin/appeals/foreign/{id}
template <Decide decide>
Result<http::Response> decided(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto decision = call.form.text("decision");
    if (decision != "overturn" && decision != "uphold")
        return show(deps, call, *me, "Choose whether it stays or is taken back.");
    Result<Done> done = Done{};
    {
        db::Tx tx(deps.pool);
        const outbox::Acting acting{
            .instance = deps.instance, .peers = deps.peers, .account = me->id, .now = deps.now()};
        done = decide(tx, acting, call, decision == "overturn");
        if (done) tx.commit();
    }
    if (done) return http::redirect_response(own_page);
    if (done.error().kind == Error::Kind::NotFound) return done.error();
    return show(deps, call, *me, done.error().shown);
}

} // namespace

void add_appeal_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", "/admin/appeals/{id}", decided<decide_own>},
                      {"POST", "/admin/appeals/foreign/{id}", decided<decide_foreign>}});
}

} // namespace web
