#include "members/duties.h"

#include "db/accounts.h"
#include "members/permissions.h"
#include "members/sessions.h"
#include "web/confirm_password.h"
#include "web/page.h"
#include "web/pages.h"

#include <array>

/// The owner's page of who is charged with roster, students' privacy and records.
namespace web {
namespace {

const Error not_allowed{Error::Kind::NotFound, "no owner", "There is no such page for you."};

/// The owner who asks, as the audit log names them. To others the page does not exist.
std::optional<std::string> find_owner(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto user = db::users::find(tx, call.me());
    const auto account = db::accounts::find(tx, call.me());
    if (!user || !account || !members::may(user->role, members::Permission::Own))
        return std::nullopt;
    return account->uri;
}

/// "https://maple.test/users/ada" is "ada" to its reader; "command line" stays.
std::string giver_text(db::Tx& tx, const std::string& by) {
    const auto account = db::accounts::find_by_uri(tx, by);
    return account ? account->username : by;
}

Json render_holders(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& duty : db::member_duties::list(tx)) {
        const auto account = db::accounts::find(tx, duty.account);
        if (!account) continue;
        rows.push_back({{"id", "take-" + to_string(duty.account) + "-" + duty.duty.substr(0, 1)},
                        {"name", account->username},
                        {"duty", duty.duty},
                        {"by", giver_text(tx, duty.given_by)},
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
    if (!find_owner(deps, call)) return not_allowed;
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
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "duties form of another page"};
    const auto owner = find_owner(deps, call);
    if (!owner) return not_allowed;
    const auto duty = members::parse_duty(call.form.text("duty"));
    if (!duty) return Error{Error::Kind::Unprocessable, "no such duty", "Choose a duty."};
    if (const auto confirmed = confirm_password(deps, call); !confirmed)
        return show(deps, call, problem_of(confirmed.error(), "password"));
    {
        db::Tx tx(deps.pool);
        const auto member = find_member(tx, call.form.text("name"));
        if (!member) return show(deps, call, {"There is no member of that name.", "name", 422});
        change(tx, *member, *duty, *owner);
        tx.commit();
    }
    return http::redirect_response("/admin/duties");
}

} // namespace

void add_duty_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/admin/duties", Session, deps, list));
    router.add(
        page_route("POST", "/admin/duties/give", Session, deps, changed<members::give_duty>));
    router.add(
        page_route("POST", "/admin/duties/take", Session, deps, changed<members::take_duty>));
}

} // namespace web
