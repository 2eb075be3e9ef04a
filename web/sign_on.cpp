#include "educators/sign_on.h"

#include "base/crypto.h"
#include "base/text.h"
#include "db/accounts.h"
#include "db/sign_on_identities.h"
#include "db/users.h"
#include "http/rate_limiter.h"
#include "members/invitations.h"
#include "members/second_factor.h"
#include "members/sessions.h"
#include "web/enter.h"
#include "web/open_form.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

/// Sign-on with the district's account: off to the provider, back from it, and what follows. The
/// browser is sent off by links, never by a form: a provider sends it on to others, and browsers
/// check every step after a form.
namespace web {
namespace {

using educators::SignOnEnd;
using std::chrono::minutes;

std::string cookie_name(const Instance& instance) {
    const auto session = members::session_cookie_name(instance);
    return session.starts_with("__Host-") ? "__Host-sign-on" : "sign-on-" + session;
}

std::string cookie_line(const Instance& instance, const std::string& value, long long max_age_s) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}",
                       cookie_name(instance),
                       value,
                       max_age_s,
                       instance.origin.starts_with("https://") ? "; Secure" : "");
}

std::string browser_of(const WebDeps& deps, const http::Call& call) {
    return members::find_cookie(call.request, cookie_name(deps.instance)).value_or("");
}

http::Response tell(const WebDeps& deps,
                    const http::Call& call,
                    const std::string& title,
                    const std::string& text,
                    int status) {
    return render_notice(deps.instance,
                         call,
                         {.title = title,
                          .text = text,
                          .link = "/sign-in",
                          .link_text = "Back to signing in",
                          .status = status});
}

http::Response tell_error(const WebDeps& deps, const http::Call& call, const Error& error) {
    spdlog::debug("web: sign-on refused: {}", error.detail);
    if (error.kind == Error::Kind::Unavailable) {
        return tell(deps,
                    call,
                    "Signing in does not work now",
                    "Your school's sign-on does not answer. Please try again in a few minutes.",
                    503);
    }
    if (!error.shown.empty()) return tell(deps, call, "You are not signed in", error.shown, 403);
    return tell(deps,
                call,
                "You are not signed in",
                "The sign-on was interrupted, took too long, or could not be verified. Please "
                "begin again.",
                error.kind == Error::Kind::Invalid ? 502 : 403);
}

/// Sends off, or says why not. `linking`: a member who gave the password a moment ago.
struct Sending {
    std::string return_to{};
    std::string invitation{};
    AccountId linking{};
};
struct SentOff {
    std::string url{};
    std::string cookie{};
};
Result<SentOff> send_off(const WebDeps& deps, const http::Call& call, const Sending& sending) {
    // A whole school stands behind one address.
    constexpr members::Throttle::Limit limit{"sign-on", 600, minutes{10}};
    const auto now = deps.now();
    const auto counted = deps.throttle.count(limit, http::address_key(call.request.address), now);
    if (!counted) return counted.error();
    const auto browser = crypto::random_token();
    const auto url = educators::begin_sign_on(*deps.sign_on,
                                              {.browser = browser,
                                               .return_to = sending.return_to,
                                               .invitation = sending.invitation,
                                               .linking = sending.linking},
                                              now);
    if (!url) return url.error();
    const auto seconds = std::chrono::seconds(2 * educators::sign_on_lifetime).count();
    return SentOff{.url = *url, .cookie = cookie_line(deps.instance, browser, seconds)};
}

// GET /sign-on
Result<http::Response> start(const WebDeps& deps, const http::Call& call) {
    if (deps.sign_on == nullptr) return Error{Error::Kind::NotFound, "no sign-on here"};
    const auto return_to = local_path(call.form.text("return_to"), "/");
    if (call.me()) return http::redirect_response(return_to);
    constexpr std::size_t max_code_bytes = 128;
    auto invitation = call.form.text("invite");
    if (invitation.size() > max_code_bytes) invitation.clear();
    const auto sent = send_off(deps, call, {.return_to = return_to, .invitation = invitation});
    if (!sent && sent.error().kind == Error::Kind::RateLimited) return sent.error();
    if (!sent) return tell_error(deps, call, sent.error());
    auto response = http::redirect_response(sent->url);
    response.headers.add("Set-Cookie", sent->cookie);
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

/// As if the form of a sign-in had said where to go on to.
http::Call going_to(const http::Call& call, const std::string& return_to) {
    auto going = call;
    going.form = http::Form(Json{{"return_to", return_to}});
    return going;
}

/// Opens the session, or asks for the member's own second factor first.
Result<http::Response> come_in(const WebDeps& deps,
                               const http::Call& call,
                               AccountId account,
                               const std::string& return_to) {
    const auto going = going_to(call, return_to);
    bool asks_for_code = false;
    {
        db::Tx tx(deps.pool);
        const auto user = db::users::find(tx, account);
        if (user && user->must_change_password) {
            // A one-time password that was made for this member is needed no more.
            db::users::set_password(tx, account, "", db::users::NextSignIn::Normal);
        }
        asks_for_code = members::has_second_factor(tx, account);
        tx.commit();
    }
    auto response =
        asks_for_code ? ask_for_code(deps, going, account) : enter(deps, going, account);
    if (response) response->headers.add("Set-Cookie", cookie_line(deps.instance, "", 0));
    return response;
}

http::Response show_joining(const WebDeps& deps,
                            const http::Call& call,
                            const std::string& ticket,
                            const std::string& problem = {}) {
    return render_open_form(
        deps.instance,
        call,
        {.view = "sign_on_join",
         .title = problem.empty() ? "Choose your name" : "Error: Choose your name",
         .data = {{"problem", problem},
                  {"ticket", ticket},
                  {"terms", deps.papers.terms},
                  {"terms_since", format_date(deps.papers.terms_at)},
                  {"privacy", deps.papers.privacy},
                  {"privacy_since",
                   deps.papers.privacy_at == Time{} ? "" : format_date(deps.papers.privacy_at)},
                  {"version", deps.papers.version},
                  {"username", call.form.text("username")},
                  {"handle_host", deps.instance.handle_host}},
         .status = problem.empty() ? 200 : 422});
}

http::Response show_unknown(const WebDeps& deps,
                            const http::Call& call,
                            const std::string& reference) {
    return render_page(
        deps.instance,
        call,
        {.view = "sign_on_unknown",
         .title = "No account yet",
         .data = {{"reference", reference}, {"contact", deps.instance.contact_email}},
         .status = 403});
}

Result<http::Response> show_end(const WebDeps& deps,
                                const http::Call& call,
                                const educators::Arrival& arrival,
                                const educators::SignOnOutcome& outcome) {
    switch (outcome.end) {
    case SignOnEnd::Member:
        return come_in(deps, call, outcome.account, arrival.return_to);
    case SignOnEnd::Linked:
        return http::redirect_response("/settings#sign-on");
    case SignOnEnd::Newcomer:
        return show_joining(deps, call, outcome.ticket);
    case SignOnEnd::Unknown:
        return show_unknown(deps, call, outcome.ticket);
    case SignOnEnd::Closed:
        return tell(deps,
                    call,
                    "This account is closed",
                    "The district's roster does not list you as working here, or the account was "
                    "closed by a person. If that is wrong, ask at your school's office.",
                    403);
    case SignOnEnd::NotStaff:
        return tell(deps,
                    call,
                    "This place is for educators",
                    "Your school's sign-on does not say that you are staff. If that is wrong, ask "
                    "at your school's office.",
                    403);
    case SignOnEnd::RoleUnsaid:
        return tell(deps,
                    call,
                    "You are not signed in",
                    "Your school's sign-on did not tell whether you are staff. Please tell your "
                    "administrator.",
                    403);
    case SignOnEnd::Taken:
        return tell(deps,
                    call,
                    "This account cannot be linked",
                    "It belongs to another member here. Ask your roster officer.",
                    409);
    }
    return Error{Error::Kind::Invalid, "sign-on: unknown end"};
}

// GET /sign-on/return
Result<http::Response> come_back(const WebDeps& deps, const http::Call& call) {
    if (deps.sign_on == nullptr) return Error{Error::Kind::NotFound, "no sign-on here"};
    const auto now = deps.now();
    const auto browser = browser_of(deps, call);
    const auto arrival = educators::finish_sign_on(*deps.sign_on,
                                                   {.browser = browser,
                                                    .state = call.form.text("state"),
                                                    .code = call.form.text("code"),
                                                    .issuer = call.form.text("iss"),
                                                    .error = call.form.text("error")},
                                                   now);
    if (!arrival) return tell_error(deps, call, arrival.error());
    // Whoever links is still signed in, and is the same.
    if (arrival->linking && arrival->linking != call.me())
        return Error{Error::Kind::Forbidden, "sign-on: linked by somebody else"};
    educators::SignOnOutcome outcome;
    {
        db::Tx tx(deps.pool);
        outcome = educators::settle_sign_on(tx, *deps.sign_on, *arrival, browser, now);
        if (outcome.end != SignOnEnd::Taken) tx.commit();
    }
    return show_end(deps, call, *arrival, outcome);
}

// POST /sign-on/join
Result<http::Response> join(const WebDeps& deps, const http::Call& call) {
    if (deps.sign_on == nullptr) return Error{Error::Kind::NotFound, "no sign-on here"};
    if (!is_own_open_form(deps.instance, call))
        return Error{Error::Kind::Forbidden, "sign-on form of another page", no_cookie_text};
    const auto ticket = call.form.text("ticket");
    // Only what was shown can be accepted.
    if (call.form.text("version") != deps.papers.version)
        return show_joining(
            deps, call, ticket, "The terms or the privacy policy have changed. Please read again.");
    Result<educators::SignOnJoined> joined = Error{};
    {
        db::Tx tx(deps.pool);
        joined =
            educators::join_by_sign_on(tx,
                                       *deps.sign_on,
                                       {.ticket = ticket,
                                        .browser = browser_of(deps, call),
                                        .username = std::string(trim(call.form.text("username"))),
                                        .agreement = call.form.flag_or("agreement", false),
                                        .terms_version = deps.papers.version},
                                       deps.now());
        if (joined) tx.commit();
    }
    if (!joined && joined.error().kind == Error::Kind::Unprocessable)
        return show_joining(deps, call, ticket, joined.error().shown);
    if (!joined) return tell_error(deps, call, joined.error());
    return come_in(deps, call, joined->account, joined->return_to);
}

/// Nothing when the password is right: a browser left open must not be enough to link an identity.
std::optional<Error> check_password(const WebDeps& deps,
                                    const http::Call& call,
                                    const std::string& username) {
    const auto now = deps.now();
    const auto counted = deps.sign_in.count(username, call.request.address, now);
    if (!counted) return counted.error();
    std::string hash;
    {
        db::Tx tx(deps.pool, db::Durability::PerStatement);
        const auto user = db::users::find(tx, call.me());
        if (user) hash = user->password_hash;
    }
    const auto fits = deps.passwords.fits(hash, call.form.text("password"));
    if (!fits) return fits.error();
    if (!*fits)
        return Error{Error::Kind::Forbidden, "wrong password", "The password is not right."};
    deps.sign_in.forgive(username, call.request.address, now);
    return std::nullopt;
}

http::Response show_linking(const WebDeps& deps,
                            const http::Call& call,
                            const std::string& problem = {},
                            int status = 200) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    Json linked = Json::array();
    for (const auto& identity : db::sign_on_identities::list_of(tx, call.me())) {
        linked.push_back(
            {{"issuer", identity.issuer}, {"since", format_date(identity.created_at)}});
    }
    return render_page(deps.instance,
                       call,
                       {.view = "sign_on_link",
                        .title = problem.empty() ? "School account" : "Error: School account",
                        .data = {{"problem", problem},
                                 {"label", deps.sign_on->provider.terms().label},
                                 {"is_linked", !linked.empty()},
                                 {"linked", linked}},
                        .status = status});
}

// GET /settings/sign-on
Result<http::Response> ask_to_link(const WebDeps& deps, const http::Call& call) {
    if (deps.sign_on == nullptr) return Error{Error::Kind::NotFound, "no sign-on here"};
    return show_linking(deps, call);
}

// POST /settings/sign-on
Result<http::Response> begin_linking(const WebDeps& deps, const http::Call& call) {
    if (deps.sign_on == nullptr) return Error{Error::Kind::NotFound, "no sign-on here"};
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "sign-on form of another page"};
    std::string username;
    {
        db::Tx tx(deps.pool, db::Durability::PerStatement);
        const auto me = db::accounts::find(tx, call.me());
        if (!me) return Error{Error::Kind::Unauthorized, "member is gone"};
        username = me->username;
    }
    if (const auto problem = check_password(deps, call, username))
        return show_linking(
            deps, call, problem->shown, problem->kind == Error::Kind::RateLimited ? 429 : 403);
    const auto sent =
        send_off(deps, call, {.return_to = "/settings/sign-on", .linking = call.me()});
    if (!sent) return tell_error(deps, call, sent.error());
    auto response = render_notice(
        deps.instance,
        call,
        {.title = "Link your school account",
         .text = "Go on to the sign-on of your school. When you come back, the account is linked.",
         .link = sent->url,
         .link_text = "Continue with " + deps.sign_on->provider.terms().label});
    response.headers.add("Set-Cookie", sent->cookie);
    return response;
}

} // namespace

void add_sign_on_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/sign-on", OptionalSession, deps, start));
    router.add(page_route("GET", "/sign-on/return", OptionalSession, deps, come_back));
    router.add(page_route("POST", "/sign-on/join", OptionalSession, deps, join));
    router.add(page_route("GET", "/settings/sign-on", Session, deps, ask_to_link));
    router.add(page_route("POST", "/settings/sign-on", Session, deps, begin_linking));
}

} // namespace web
