#include "base/text.h"
#include "db/accounts.h"
#include "db/users.h"
#include "educators/claims.h"
#include "http/rate_limiter.h"
#include "mail/letters.h"
#include "members/accounts.h"
#include "members/links.h"
#include "web/open_form.h"
#include "web/page.h"
#include "web/pages.h"

/// The pages behind the links that we mail, and the one that asks for such a mail. Opening a link
/// changes nothing, since mail scanners open links, too: a button does.
namespace web {
namespace {

using members::LinkPurpose;
using std::chrono::minutes;

http::Response stale_link(const WebDeps& deps, const http::Call& call) {
    return render_notice(deps.instance,
                         call,
                         {.title = "This link does not work any more",
                          .text = "It was used before, is too old, or was cut on its way.",
                          .link = "/sign-in",
                          .link_text = "Sign in",
                          .status = 410});
}

std::optional<db::User> find_user(const WebDeps& deps,
                                  const http::Call& call,
                                  LinkPurpose purpose) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    return members::find_by_link(tx, deps.link_key, purpose, call.form.text("token"), deps.now());
}

// GET /confirm-email
Result<http::Response> ask_to_confirm(const WebDeps& deps, const http::Call& call) {
    if (!find_user(deps, call, LinkPurpose::Confirm)) return stale_link(deps, call);
    return render_open_form(deps.instance,
                            call,
                            {.view = "confirm_email",
                             .title = "Confirm your address",
                             .data = {{"token", call.form.text("token")}}});
}

// POST /confirm-email
Result<http::Response> confirm(const WebDeps& deps, const http::Call& call) {
    if (!is_own_open_form(deps.instance, call)) {
        return Error{Error::Kind::Forbidden, "confirmation form of another page", no_cookie_text};
    }
    db::Tx tx(deps.pool);
    const auto user = members::find_by_link(
        tx, deps.link_key, LinkPurpose::Confirm, call.form.text("token"), deps.now());
    if (!user) return stale_link(deps, call);
    members::confirm(tx, user->account, deps.now());
    const bool is_claim = deps.roster != nullptr &&
                          educators::claim_by_email(tx, *deps.roster, user->account, deps.now());
    const bool is_in = user->is_approved || is_claim;
    tx.commit();
    return render_notice(
        deps.instance,
        call,
        {.title = "Thank you",
         .text = is_in ? "Your address is confirmed. Welcome!"
                       : "Your address is confirmed. A moderator reads what you wrote "
                         "and lets you in; then you get a mail.",
         .link = is_in ? "/sign-in" : "",
         .link_text = "Sign in"});
}

// GET /forgotten-password
Result<http::Response> ask_for_mail(const WebDeps& deps, const http::Call& call) {
    return render_open_form(
        deps.instance,
        call,
        {.view = "forgotten_password", .title = "Forgotten password", .data = Json::object()});
}

/// Posts the letter if that address is a member's. Its own address and each mailbox count, whether
/// there is such a member or not.
Result<Done> post_reset(const WebDeps& deps, const http::Call& call, const std::string& email) {
    constexpr members::Throttle::Limit by_address{"reset address", 20, minutes{60}};
    constexpr members::Throttle::Limit by_email{"reset", 3, minutes{60}};
    const auto now = deps.now();
    const auto address = http::address_key(call.request.address);
    if (auto counted = deps.throttle.count(by_address, address, now); !counted) return counted;
    // Silently: "too many" would tell that somebody asks for this mailbox.
    if (!deps.throttle.count(by_email, ascii_lower(email), now)) return Done{};
    db::Tx tx(deps.pool);
    const auto user = db::users::find_by_email(tx, email);
    const auto account = user ? db::accounts::find(tx, user->account) : std::nullopt;
    if (account && account->is_visible() && user->state == db::MemberState::Active) {
        mail::post(tx, mail::Letter::ResetPassword, user->account);
        tx.commit();
    }
    return Done{};
}

// POST /forgotten-password: the same answer whether that address is a member's or not.
Result<http::Response> send_mail(const WebDeps& deps, const http::Call& call) {
    constexpr std::size_t max_email = 254;
    if (!is_own_open_form(deps.instance, call)) {
        return Error{Error::Kind::Forbidden, "reset form of another page", no_cookie_text};
    }
    const auto email = std::string(trim(call.form.text("email")));
    if (email.size() <= max_email && is_valid_utf8(email)) {
        if (const auto posted = post_reset(deps, call, email); !posted) return posted.error();
    }
    return render_notice(
        deps.instance,
        call,
        {.title = "Look into your mailbox",
         .text = "If that address is a member's, a mail with a link is on its way. Nothing came "
                 "after some minutes? Your administrator can give you a one-time password.",
         .link = "/sign-in",
         .link_text = "Back to the sign-in"});
}

http::Response show_reset(const WebDeps& deps,
                          const http::Call& call,
                          const std::string& problem = {},
                          int status = 200) {
    return render_open_form(
        deps.instance,
        call,
        {.view = "reset_password",
         .title = problem.empty() ? "Choose a new password" : "Error: Choose a new password",
         .data = {{"problem", problem}, {"token", call.form.text("token")}},
         .status = status});
}

// GET /reset-password
Result<http::Response> ask_for_password(const WebDeps& deps, const http::Call& call) {
    if (!find_user(deps, call, LinkPurpose::ResetPassword)) return stale_link(deps, call);
    return show_reset(deps, call);
}

// POST /reset-password. Every session, token and code of the member ends (O10); a second factor
// stays.
Result<http::Response> reset_password(const WebDeps& deps, const http::Call& call) {
    if (!is_own_open_form(deps.instance, call)) {
        return Error{Error::Kind::Forbidden, "reset form of another page", no_cookie_text};
    }
    if (!find_user(deps, call, LinkPurpose::ResetPassword)) return stale_link(deps, call);
    const auto wanted = call.form.text("wanted");
    if (wanted != call.form.text("repeated")) {
        return show_reset(
            deps, call, "The two passwords differ. Please type the same one twice.", 422);
    }
    const auto hash = deps.passwords.hash(wanted);
    if (!hash) return hash.error();
    db::Tx tx(deps.pool);
    const auto user = members::find_by_link(
        tx, deps.link_key, LinkPurpose::ResetPassword, call.form.text("token"), deps.now());
    if (!user) return stale_link(deps, call);
    const auto written =
        members::choose_password(tx, deps.instance, user->account, wanted, *hash, deps.now());
    if (!written) return show_reset(deps, call, written.error().shown, 422);
    tx.commit();
    return render_notice(deps.instance,
                         call,
                         {.title = "Your password is changed",
                          .text = "Every browser and every app was signed out.",
                          .link = "/sign-in",
                          .link_text = "Sign in"});
}

} // namespace

void add_mailed_link_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/confirm-email", OptionalSession, deps, ask_to_confirm));
    router.add(page_route("POST", "/confirm-email", OptionalSession, deps, confirm));
    router.add(page_route("GET", "/forgotten-password", OptionalSession, deps, ask_for_mail));
    router.add(page_route("POST", "/forgotten-password", OptionalSession, deps, send_mail));
    router.add(page_route("GET", "/reset-password", OptionalSession, deps, ask_for_password));
    router.add(page_route("POST", "/reset-password", OptionalSession, deps, reset_password));
}

} // namespace web
