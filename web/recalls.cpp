#include "outbox/recall.h"
#include "web/acting.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

#include <algorithm>

/// Posts of ours that were withdrawn everywhere, and which servers confirmed it.
namespace web {
namespace {

constexpr auto own_page = "/admin/recalls";
constexpr int most = 50;

Json show_hosts(db::Tx& tx, db::RecallId id) {
    Json rows = Json::array();
    for (const auto& host : db::recalls::list_hosts(tx, id)) {
        rows.push_back({{"host", host.host},
                        {"state", outbox::recall_state(host)},
                        {"confirmed", host.confirmed_at ? shown_time(*host.confirmed_at) : ""},
                        {"tries", host.tries},
                        {"next", host.next_at ? shown_time(*host.next_at) : ""}});
    }
    return rows;
}

Json show_recalls(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& recall : db::recalls::list(tx, most)) {
        const auto hosts = show_hosts(tx, recall.id);
        const auto missing = std::ranges::count_if(
            hosts, [](const Json& host) { return host["confirmed"].get<std::string>().empty(); });
        rows.push_back({{"id", to_string(recall.id)},
                        {"object", recall.object_uri},
                        {"by", actor_text(tx, recall.recalled_by)},
                        {"reason", recall.reason},
                        {"at", shown_time(recall.recalled_at)},
                        {"has_hosts", !hosts.empty()},
                        {"hosts", hosts},
                        {"missing", missing}});
    }
    return rows;
}

http::Response show(const WebDeps& deps, const http::Call& call, const std::string& problem) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto recalls = show_recalls(tx);
    const bool has_problem = !problem.empty();
    return render_page(deps.instance,
                       call,
                       {.view = "recalls",
                        .title = has_problem ? "Error: Recalls" : "Recalls",
                        .data = {{"problem", problem},
                                 {"object", has_problem ? call.form.text("object") : ""},
                                 {"reason", has_problem ? call.form.text("reason") : ""},
                                 {"most", outbox::max_recall_reason},
                                 {"has_recalls", !recalls.empty()},
                                 {"recalls", recalls}},
                        .status = has_problem ? 422 : 200});
}

// GET /admin/recalls
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto me = at_desk(deps, call, own_page); !me) return me.error();
    return show(deps, call, "");
}

// POST /admin/recalls
Result<http::Response> withdraw(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show(deps, call, confirmed.error().shown);
    std::string problem;
    {
        db::Tx tx(deps.pool);
        const auto object = call.form.text("object");
        const auto may = outbox::check_recall(tx, acting_for(deps, call), object);
        const auto recalled =
            may ? outbox::recall(
                      tx, deps.instance, object, me->uri, call.form.text("reason"), deps.now())
                : may.error();
        if (recalled) {
            if (call.form.text("strike") == "1")
                outbox::strike_for_recall(tx, acting_for(deps, call), *recalled);
            tx.commit();
            return http::redirect_response(own_page);
        }
        problem = recalled.error().shown;
    }
    return show(deps, call, problem);
}

// POST /admin/recalls/{id}/again
Result<http::Response> ask_again(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto id = call.id<db::RecallTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool);
    const auto asked = outbox::ask_again(tx, *id, me->uri, deps.now());
    if (!asked) return asked.error();
    outbox::ask_for_confirmations(tx, deps.instance, deps.now());
    tx.commit();
    return http::redirect_response(own_page);
}

} // namespace

void add_recall_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", own_page, Session, deps, list));
    router.add(page_route("POST", own_page, Session, deps, withdraw));
    router.add(page_route("POST", "/admin/recalls/{id}/again", Session, deps, ask_again));
}

} // namespace web
