#include "educators/vouching.h"

#include "base/text.h"
#include "db/accounts.h"
#include "educators/import.h"
#include "educators/kinds.h"
#include "members/sessions.h"
#include "web/confirm_password.h"
#include "web/own_password.h"
#include "web/page.h"
#include "web/pages.h"

#include <array>
#include <utility>

/// Where somebody whom no roster lists asks two educators to stand for them, and where these
/// answer.
namespace web {
namespace {

using State = db::VouchingState;

const Error no_roster{
    Error::Kind::NotFound, "no roster", "Nobody is confirmed as an educator on this server."};
const Error foreign_form{Error::Kind::Forbidden, "vouching form of another page"};
constexpr std::array<const char*, 2> sponsor_fields = {"sponsor1", "sponsor2"};

std::string handle_of(db::Tx& tx, const WebDeps& deps, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    return account ? "@" + account->username + "@" + deps.instance.handle_host : "";
}

std::string answer_text(const db::Sponsorship& sponsorship) {
    return sponsorship.answer.empty() ? "has not answered yet" : sponsorship.answer;
}

/// What the candidate sees of the one asked for, or in force.
Json render_own(db::Tx& tx, const WebDeps& deps, const std::optional<db::Vouching>& vouching) {
    if (!vouching) return false;
    Json sponsors = Json::array();
    for (const auto& sponsorship : db::vouchings::sponsors(tx, vouching->id)) {
        sponsors.push_back({{"handle", handle_of(tx, deps, sponsorship.sponsor)},
                            {"answer", answer_text(sponsorship)}});
    }
    return {{"kind", vouching->kind},
            {"asked", format_date(vouching->asked_at)},
            {"until", vouching->until ? format_date(*vouching->until) : ""},
            {"is_short", vouching->short_since.has_value()},
            {"sponsors", std::move(sponsors)}};
}

/// What the reader is asked for, or stands for.
Json render_others(db::Tx& tx, const WebDeps& deps, AccountId me, bool wants_answered) {
    Json list = Json::array();
    for (const auto& vouching : db::vouchings::list_of_sponsor(tx, me)) {
        for (const auto& sponsorship : db::vouchings::sponsors(tx, vouching.id)) {
            if (sponsorship.sponsor != me || sponsorship.answer.empty() == wants_answered) continue;
            list.push_back({{"id", to_string(vouching.id)},
                            {"handle", handle_of(tx, deps, vouching.candidate)},
                            {"kind", vouching.kind},
                            {"statement", vouching.statement},
                            {"until", vouching.until ? format_date(*vouching.until) : ""}});
        }
    }
    return list;
}

Json render_kinds(const std::string& chosen) {
    Json kinds = Json::array();
    for (const auto name : educators::kind_names())
        kinds.push_back({{"name", std::string(name)}, {"is_chosen", name == chosen}});
    return kinds;
}

http::Response show(const WebDeps& deps, const http::Call& call, const Problem& problem = {}) {
    db::Tx tx(deps.pool);
    const auto asked = db::vouchings::find_in_state(tx, call.me(), State::Asked);
    const auto held = db::vouchings::find_in_state(tx, call.me(), State::Vouched);
    auto waiting = render_others(tx, deps, call.me(), false);
    auto standing = render_others(tx, deps, call.me(), true);
    return render_page(deps.instance,
                       call,
                       {.view = "vouching",
                        .title = problem.text.empty() ? "Vouching" : "Error: Vouching",
                        .data = {{"problem", problem.text},
                                 {"problem_field", problem.field},
                                 {"asked", render_own(tx, deps, asked)},
                                 {"held", render_own(tx, deps, held)},
                                 {"may_ask", !asked},
                                 {"kinds", render_kinds(call.form.text("kind"))},
                                 {"sponsor1", call.form.text("sponsor1")},
                                 {"sponsor2", call.form.text("sponsor2")},
                                 {"statement", call.form.text("statement")},
                                 {"has_waiting", !waiting.empty()},
                                 {"waiting", std::move(waiting)},
                                 {"has_standing", !standing.empty()},
                                 {"standing", std::move(standing)}},
                        .status = problem.status});
}

http::Response show_refused(const WebDeps& deps,
                            const http::Call& call,
                            const Error& error,
                            std::string field) {
    const bool is_gone = error.kind == Error::Kind::NotFound;
    return show(deps, call, {error.shown, std::move(field), is_gone ? 404 : 422});
}

bool is_own_form(const WebDeps& deps, const http::Call& call) {
    return members::is_own_form(deps.instance, call.request, call.form.text("form_token"));
}

/// "@name", "name" or "name@our.host".
std::optional<AccountId> find_colleague(db::Tx& tx, const WebDeps& deps, std::string_view typed) {
    auto name = trim(typed);
    if (!name.empty() && name.front() == '@') name.remove_prefix(1);
    const auto at = name.find('@');
    if (at != std::string_view::npos && !iequals(name.substr(at + 1), deps.instance.handle_host))
        return std::nullopt;
    const auto account = db::accounts::find_by_handle(tx, name.substr(0, at), "");
    if (!account || account->deleted_at) return std::nullopt;
    return account->id;
}

// GET /settings/vouching
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (deps.roster == nullptr) return no_roster;
    return show(deps, call);
}

// POST /settings/vouching
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    Problem problem;
    {
        db::Tx tx(deps.pool);
        educators::VouchingWish wish{.candidate = call.me(),
                                     .kind = call.form.text("kind"),
                                     .statement = call.form.text("statement")};
        for (const char* field : sponsor_fields) {
            const auto colleague = find_colleague(tx, deps, call.form.text(field));
            if (colleague)
                wish.sponsors.push_back(*colleague);
            else if (problem.text.empty())
                problem = {"There is no such colleague here.", field, 422};
        }
        if (problem.text.empty()) {
            const auto done = educators::ask_for_vouching(tx, wish, deps.now());
            if (done)
                tx.commit();
            else
                problem = {done.error().shown, "sponsor1", 422};
        }
    }
    if (!problem.text.empty()) return show(deps, call, problem);
    return http::redirect_response("/settings/vouching");
}

// POST /settings/vouching/cancel
Result<http::Response> cancel(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    db::Tx tx(deps.pool);
    if (educators::cancel_asking(tx, call.me(), deps.now())) tx.commit();
    return http::redirect_response("/settings/vouching");
}

// POST /settings/vouching/{id}/confirm
Result<http::Response> confirm(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto id = call.id<db::VouchingTag>("id");
    if (!id) return id.error();
    if (deps.roster == nullptr) return no_roster;
    const auto field = "password-" + to_string(*id);
    if (auto wrong = check_own_password(deps, call))
        return show(deps, call, {std::move(wrong->text), field, wrong->status});
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto issuer =
            educators::load_issuer(tx, deps.instance, deps.roster->accounts.terms, deps.now());
        const auto done = educators::confirm_vouching(tx, issuer, *id, call.me(), deps.now());
        if (done)
            tx.commit();
        else
            failure = done.error();
    }
    if (failure) return show_refused(deps, call, *failure, "waiting");
    return http::redirect_response("/settings/vouching");
}

// POST /settings/vouching/{id}/decline: also of what was confirmed.
Result<http::Response> decline(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto id = call.id<db::VouchingTag>("id");
    if (!id) return id.error();
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto done = educators::decline_vouching(tx, *id, call.me(), deps.now());
        if (done)
            tx.commit();
        else
            failure = done.error();
    }
    if (failure) return show_refused(deps, call, *failure, "waiting");
    return http::redirect_response("/settings/vouching");
}

} // namespace

void add_vouching_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings/vouching", Session, deps, list));
    router.add(page_route("POST", "/settings/vouching", Session, deps, ask));
    router.add(page_route("POST", "/settings/vouching/cancel", Session, deps, cancel));
    router.add(page_route("POST", "/settings/vouching/{id}/confirm", Session, deps, confirm));
    router.add(page_route("POST", "/settings/vouching/{id}/decline", Session, deps, decline));
}

} // namespace web
