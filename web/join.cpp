#include "outbox/join.h"

#include "base/text.h"
#include "base/uri.h"
#include "educators/sign_on.h"
#include "members/invitations.h"
#include "web/open_form.h"
#include "web/page.h"
#include "web/pages.h"

#include <algorithm>

/// Joining by a page: with an address of the roster, an invitation, or a reason that a person
/// reads.
namespace web {
namespace {

using Problems = std::vector<outbox::SignUpProblem>;

/// By mail and password; where passwords are off, the district's sign-on is the only way.
bool is_open(const WebDeps& deps) {
    return deps.joining != nullptr && deps.joining->sends_mail && deps.sign_in.only_for.empty();
}

std::string sign_on_link(const WebDeps& deps, const http::Call& call) {
    if (deps.sign_on == nullptr) return "";
    return "/sign-on?invite=" + percent_encode(call.form.text("invite"));
}

http::Response show_sign_on(const WebDeps& deps, const http::Call& call) {
    return render_notice(deps.instance,
                         call,
                         {.title = "Joining",
                          .text = "Come in with the account that your school gave you.",
                          .link = sign_on_link(deps, call),
                          .link_text = "Continue with " + deps.sign_on->provider.terms().label});
}

http::Response show_closed(const WebDeps& deps, const http::Call& call) {
    if (deps.sign_on != nullptr) return show_sign_on(deps, call);
    const auto message =
        deps.joining == nullptr ? std::string() : deps.joining->sign_ups.rules.message;
    return render_notice(deps.instance,
                         call,
                         {.title = "Joining",
                          .text = message.empty() ? "Accounts are made by the administrator here. "
                                                    "Ask at your school's office."
                                                  : message,
                          .link = "/sign-in",
                          .link_text = "Sign in"});
}

std::string field_label(const std::string& field) {
    if (field == "email") return "The e-mail address ";
    if (field == "date_of_birth") return "The date of birth ";
    if (field == "agreement") return "The terms and rules ";
    return "The " + field + " ";
}

/// "" for what has no day.
std::string day_of(Time at) {
    return at == Time{} ? "" : format_date(at);
}

http::Response show_form(const WebDeps& deps, const http::Call& call, const Problems& problems) {
    const auto& rules = deps.joining->sign_ups.rules;
    const auto invitation = call.form.text("invite");
    bool is_invited = false;
    if (!invitation.empty()) {
        db::Tx tx(deps.pool, db::Durability::PerStatement);
        is_invited = members::find_invitation(tx, invitation, deps.now()).has_value();
    }
    Json shown = Json::array();
    for (const auto& problem : problems)
        shown.push_back(
            {{"field", problem.field}, {"text", field_label(problem.field) + problem.text}});
    const bool asks_reason = rules.mode == outbox::SignUps::Approval && !is_invited;
    return render_open_form(deps.instance,
                            call,
                            {.view = "join",
                             .title = problems.empty() ? "Join" : "Error: Join",
                             .data = {{"has_problems", !problems.empty()},
                                      {"problems", shown},
                                      {"invite", is_invited ? invitation : ""},
                                      {"stale_invite", !invitation.empty() && !is_invited},
                                      {"username", call.form.text("username")},
                                      {"email", call.form.text("email")},
                                      {"reason", call.form.text("reason")},
                                      {"asks_reason", asks_reason},
                                      {"asks_age", rules.min_age > 0},
                                      {"terms", deps.papers.terms},
                                      {"terms_since", format_date(deps.papers.terms_at)},
                                      {"privacy", deps.papers.privacy},
                                      {"privacy_since", day_of(deps.papers.privacy_at)},
                                      {"version", deps.papers.version},
                                      {"sign_on", sign_on_link(deps, call)},
                                      {"handle_host", deps.instance.handle_host}},
                             .status = problems.empty() ? 200 : 422});
}

// GET /join
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    if (call.me()) return http::redirect_response("/settings");
    if (!is_open(deps)) return show_closed(deps, call);
    return show_form(deps, call, {});
}

// POST /join: the same answer whether the roster has the address or not.
Result<http::Response> join(const WebDeps& deps, const http::Call& call) {
    if (!is_open(deps)) return show_closed(deps, call);
    if (!is_own_open_form(deps.instance, call))
        return Error{Error::Kind::Forbidden, "join form of another page", no_cookie_text};
    const auto& form = call.form;
    // Accepted is what was shown.
    if (form.text("version") != deps.papers.version)
        return show_form(
            deps, call, {{"agreement", "ERR_ACCEPTED", "changed meanwhile; please look again"}});
    const auto problems = outbox::join(*deps.joining,
                                       {.username = std::string(trim(form.text("username"))),
                                        .email = std::string(trim(form.text("email"))),
                                        .password = form.text("password"),
                                        .reason = form.text("reason"),
                                        .agreement = form.flag_or("agreement", false),
                                        .date_of_birth = parse_iso8601(form.text("date_of_birth")),
                                        .address = call.request.address},
                                       form.text("invite"),
                                       deps.now());
    if (!problems) return problems.error();
    if (!problems->empty()) return show_form(deps, call, *problems);
    return render_notice(
        deps.instance,
        call,
        {.title = "Look into your mailbox",
         .text = "If you may join with this address, a mail with a link is on its way. Nothing "
                 "came after some minutes? Try the address that your school has of you, or ask "
                 "your administrator.",
         .link = "/",
         .link_text = "Back to the start"});
}

} // namespace

void add_join_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/join", OptionalSession, deps, ask));
    router.add(page_route("POST", "/join", OptionalSession, deps, join));
}

} // namespace web
