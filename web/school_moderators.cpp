#include "db/accounts.h"
#include "db/roster_orgs.h"
#include "members/reach.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

/// The owner's page of who moderates which school.
namespace web {
namespace {

constexpr auto own_page = "/admin/duties/schools";

Json render_holders(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& school : db::school_moderators::list(tx)) {
        const auto account = db::accounts::find(tx, school.account);
        if (!account) continue;
        rows.push_back({{"id", "take-" + std::to_string(rows.size())},
                        {"name", account->username},
                        {"org", school.org},
                        {"school", school.name.empty() ? school.org : school.name},
                        {"is_gone", school.name.empty()},
                        {"by", actor_text(tx, school.given_by)},
                        {"since", format_date(school.given_at)}});
    }
    return rows;
}

Json render_orgs(db::Tx& tx, const std::string& chosen) {
    Json rows = Json::array();
    for (const auto& org : db::roster_orgs::list(tx)) {
        rows.push_back({{"org", org.sourced_id},
                        {"name", org.name},
                        {"type", org.type},
                        {"is_chosen", org.sourced_id == chosen}});
    }
    return rows;
}

http::Response show(const WebDeps& deps, const http::Call& call, const Problem& problem = {}) {
    const bool has_problem = !problem.text.empty();
    db::Tx tx(deps.pool);
    const auto holders = render_holders(tx);
    const auto orgs = render_orgs(tx, has_problem ? call.form.text("org") : "");
    return render_page(
        deps.instance,
        call,
        {.view = "school_moderators",
         .title = has_problem ? "Error: Moderators of schools" : "Moderators of schools",
         .data = {{"problem", problem.text},
                  {"problem_field", problem.field},
                  {"name_is_wrong", problem.field == "name"},
                  {"password_is_wrong", problem.field == "password"},
                  {"name", has_problem ? call.form.text("name") : ""},
                  {"has_orgs", !orgs.empty()},
                  {"orgs", orgs},
                  {"has_holders", !holders.empty()},
                  {"holders", holders}},
         .status = problem.status});
}

// GET /admin/duties/schools
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto owner = at_desk(deps, call, own_page); !owner) return owner.error();
    return show(deps, call);
}

enum class Change { Give, Take };

Result<Done> apply(
    db::Tx& tx, const http::Form& form, Change change, const std::string& by, Time now) {
    const auto account = db::accounts::find_by_handle(tx, form.text("name"), "");
    if (!account || account->deleted_at)
        return Error{Error::Kind::NotFound, "no member", "There is no member of that name."};
    return change == Change::Give ? members::give_school(tx, account->id, form.text("org"), by, now)
                                  : members::take_school(tx, account->id, form.text("org"), by);
}

template <Change change>
Result<http::Response> changed(const WebDeps& deps, const http::Call& call) {
    const auto owner = acting_at_desk(deps, call, own_page);
    if (!owner) return owner.error();
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show(deps, call, problem_of(confirmed.error(), "password"));
    {
        db::Tx tx(deps.pool);
        const auto done = apply(tx, call.form, change, owner->uri, deps.now());
        if (!done) return show(deps, call, {done.error().shown, "name", 422});
        tx.commit();
    }
    return http::redirect_response(own_page);
}

} // namespace

void add_school_moderator_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", "/admin/duties/schools/give", changed<Change::Give>},
                      {"POST", "/admin/duties/schools/take", changed<Change::Take>}});
}

} // namespace web
