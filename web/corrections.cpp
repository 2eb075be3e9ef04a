#include "educators/corrections.h"

#include "db/accounts.h"
#include "db/attestations.h"
#include "db/roster_people.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

/// Who says that what is attested of them is wrong; for roster officers.
namespace web {
namespace {

constexpr auto own_page = "/admin/corrections";

/// What an officer compares the request with.
std::string said_of(db::Tx& tx, AccountId account, Time now) {
    const auto standing = db::attestations::find_standing(tx, account);
    if (!standing || !standing->is_good(now)) return "nothing";
    return fmt::format("{} ({}), until {}",
                       standing->kind,
                       standing->assurance,
                       format_date(standing->valid_until));
}

Json render_open_requests(const WebDeps& deps, db::Tx& tx) {
    constexpr int most = 200;
    Json rows = Json::array();
    for (const auto& request : db::correction_requests::list_open(tx, most)) {
        const auto account = db::accounts::find(tx, request.account);
        if (!account) continue;
        const auto person = db::roster_people::find_by_account(tx, request.account);
        rows.push_back({{"id", to_string(request.id)},
                        {"handle", "@" + account->username},
                        {"text", request.text},
                        {"asked", format_date(request.asked_at)},
                        {"said", said_of(tx, request.account, deps.now())},
                        {"number", person ? person->sourced_id : ""},
                        {"state", person ? person->state : ""}});
    }
    return rows;
}

http::Response show(const WebDeps& deps, const http::Call& call, const std::string& problem) {
    db::Tx tx(deps.pool);
    const auto rows = render_open_requests(deps, tx);
    return render_page(deps.instance,
                       call,
                       {.view = "corrections",
                        .title = problem.empty() ? "Corrections" : "Error: Corrections",
                        .data = {{"problem", problem},
                                 {"most", educators::max_correction_answer},
                                 {"has_requests", !rows.empty()},
                                 {"requests", rows}},
                        .status = problem.empty() ? 200 : 422});
}

// GET /admin/corrections
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto officer = at_desk(deps, call, own_page); !officer) return officer.error();
    return show(deps, call, "");
}

// POST /admin/corrections/{id}/answer
Result<http::Response> answer(const WebDeps& deps, const http::Call& call) {
    const auto officer = acting_at_desk(deps, call, own_page);
    if (!officer) return officer.error();
    const auto id = call.id<db::CorrectionTag>("id");
    if (!id) return id.error();
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const auto answered = educators::answer_correction(
            tx, *id, officer->uri, call.form.text("answer"), deps.now());
        if (answered)
            tx.commit();
        else
            refusal = answered.error();
    }
    if (!refusal) return http::redirect_response(own_page);
    if (refusal->kind != Error::Kind::Unprocessable) return *refusal;
    return show(deps, call, refusal->shown);
}

} // namespace

void add_corrections_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list}, {"POST", "/admin/corrections/{id}/answer", answer}});
}

} // namespace web
