#include "members/duties.h"

#include "db/accounts.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

#include <array>

/// The owner's page of who is charged with roster, students' privacy and records.
namespace web {
namespace {

constexpr auto own_page = "/admin/duties";

Json render_holders(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& duty : db::member_duties::list(tx)) {
        const auto account = db::accounts::find(tx, duty.account);
        if (!account) continue;
        rows.push_back({{"id", "take-" + to_string(duty.account) + "-" + duty.duty.substr(0, 1)},
                        {"name", account->username},
                        {"duty", duty.duty},
                        {"by", actor_text(tx, duty.given_by)},
                        {"since", format_date(duty.given_at)}});
    }
    return rows;
}

Json render_choices(const std::string& chosen) {
    using enum members::Duty;
    constexpr std::array<std::pair<members::Duty, const char*>, 3> choices{
        {{RosterOfficer, "imports the roster and decides about doubtful rows; the owner may, too"},
         {PrivacyOfficer, "looks after students' privacy"},
         {RecordsOfficer,
          "answers for public records; may ask for a member's private posts, which "
          "a second person approves"}}};
    Json rows = Json::array();
    for (const auto& [duty, what] : choices) {
        const std::string name(members::to_string(duty));
        rows.push_back({{"duty", name}, {"what", what}, {"is_chosen", name == chosen}});
    }
    return rows;
}

http::Response show(const WebDeps& deps, const http::Call& call, const Problem& problem = {}) {
    const bool has_problem = !problem.text.empty();
    db::Tx tx(deps.pool);
    const auto holders = render_holders(tx);
    return render_page(
        deps.instance,
        call,
        {.view = "duties",
         .title = has_problem ? "Error: Duties" : "Duties",
         .data = {{"problem", problem.text},
                  {"problem_field", problem.field},
                  {"name_is_wrong", problem.field == "name"},
                  {"password_is_wrong", problem.field == "password"},
                  {"name", has_problem ? call.form.text("name") : ""},
                  {"choices", render_choices(has_problem ? call.form.text("duty") : "")},
                  {"has_holders", !holders.empty()},
                  {"holders", holders}},
         .status = problem.status});
}

// GET /admin/duties
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (const auto owner = at_desk(deps, call, own_page); !owner) return owner.error();
    return show(deps, call);
}

using Change = bool (*)(db::Tx& tx, AccountId account, members::Duty duty, const std::string& by);

/// A member who can do something with a duty; nobody gets one in advance.
std::optional<AccountId> find_member(db::Tx& tx, const std::string& name) {
    const auto account = db::accounts::find_by_handle(tx, name, "");
    if (!account || account->deleted_at) return std::nullopt;
    if (!db::users::find(tx, account->id)) return std::nullopt;
    return account->id;
}

template <Change change>
Result<http::Response> changed(const WebDeps& deps, const http::Call& call) {
    const auto owner = acting_at_desk(deps, call, own_page);
    if (!owner) return owner.error();
    const auto duty = members::parse_duty(call.form.text("duty"));
    if (!duty) return Error{Error::Kind::Unprocessable, "no such duty", "Choose a duty."};
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show(deps, call, problem_of(confirmed.error(), "password"));
    {
        db::Tx tx(deps.pool);
        const auto member = find_member(tx, call.form.text("name"));
        if (!member) return show(deps, call, {"There is no member of that name.", "name", 422});
        change(tx, *member, *duty, owner->uri);
        tx.commit();
    }
    return http::redirect_response(own_page);
}

} // namespace

void add_duty_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", "/admin/duties/give", changed<members::give_duty>},
                      {"POST", "/admin/duties/take", changed<members::take_duty>}});
}

} // namespace web
