#include "members/leaving.h"

#include "base/text.h"
#include "db/accounts.h"
#include "http/rate_limiter.h"
#include "mail/letters.h"
#include "members/sessions.h"
#include "outbox/join.h"
#include "web/confirm_password.h"
#include "web/open_form.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

/// What members prepare for the day when the district's doors are closed to them: a private address
/// and a printed code (members/leaving.h).
namespace web {
namespace {

using std::chrono::minutes;

const Error foreign_form{Error::Kind::Forbidden, "leaving form of another page"};

struct Shown {
    std::string problem{};
    std::string field{}; ///< Where it is: "email", "address-password", "code-password".
    std::string code{};  ///< Just made.
    int status = 200;
};

Result<http::Response> show(const WebDeps& deps, const http::Call& call, const Shown& shown) {
    db::Tx tx(deps.pool);
    const auto me = db::accounts::find(tx, call.me());
    if (!me) return Error{Error::Kind::Unauthorized, "member is gone"};
    const auto keys = db::leaver_keys::find(tx, call.me());
    return render_page(
        deps.instance,
        call,
        {.view = "leaving",
         .title = shown.problem.empty() ? "If you leave the district"
                                        : "Error: If you leave the district",
         .data = {{"problem", shown.problem},
                  {"problem_field", shown.field},
                  {"email_is_wrong", shown.field == "email"},
                  {"code", shown.code},
                  {"page", deps.instance.origin + "/leaver"},
                  {"username", me->username},
                  {"handle", fmt::format("@{}@{}", me->username, deps.instance.handle_host)},
                  {"sends_mail", deps.joining != nullptr && deps.joining->sends_mail},
                  {"email", keys.email},
                  {"wanted_email", keys.wanted_email},
                  {"has_address", !keys.email.empty() || !keys.wanted_email.empty()},
                  {"typed", call.form.text("email")},
                  {"code_made", keys.code_made_at ? format_date(*keys.code_made_at) : ""}},
         .status = shown.status});
}

int status_of(const Error& error) {
    if (error.kind == Error::Kind::RateLimited) return 429;
    return error.kind == Error::Kind::Unavailable ? 503 : 403;
}

/// A stolen session alone must not prepare a way to take the followers away later (ATTACKS O12).
std::optional<Shown> check_password(const WebDeps& deps,
                                    const http::Call& call,
                                    std::string field) {
    const auto confirmed = confirm_password(deps, call);
    if (confirmed) return std::nullopt;
    const auto& error = confirmed.error();
    return Shown{.problem =
                     error.shown.empty() ? "The password cannot be checked now." : error.shown,
                 .field = std::move(field),
                 .status = status_of(error)};
}

bool is_own_form(const WebDeps& deps, const http::Call& call) {
    return members::is_own_form(deps.instance, call.request, call.form.text("form_token"));
}

// GET /settings/leaving
Result<http::Response> settings(const WebDeps& deps, const http::Call& call) {
    return show(deps, call, {});
}

/// Letters go to an address that may be a stranger's, so they are counted by member and by mailbox.
Result<Done> count_letter(const WebDeps& deps, const http::Call& call, const std::string& email) {
    constexpr members::Throttle::Limit by_member{"private address", 5, minutes{60}};
    constexpr members::Throttle::Limit by_mailbox{"private mailbox", 3, minutes{60}};
    const auto counted = deps.throttle.count(by_member, to_string(call.me()), deps.now());
    if (!counted) return counted;
    return deps.throttle.count(by_mailbox, ascii_lower(email), deps.now());
}

// POST /settings/leaving/address
Result<http::Response> want_address(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    if (const auto wrong = check_password(deps, call, "address-password"))
        return show(deps, call, *wrong);
    const std::string email(trim(call.form.text("email")));
    if (const auto counted = count_letter(deps, call, email); !counted)
        return show(
            deps, call, {.problem = counted.error().shown, .field = "email", .status = 429});
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const auto wanted = members::want_private_address(tx, deps.instance, call.me(), email);
        if (wanted) {
            mail::post(tx, mail::Letter::PrivateAddress, call.me());
            tx.commit();
        } else {
            refusal = wanted.error();
        }
    }
    if (refusal)
        return show(deps, call, {.problem = refusal->shown, .field = "email", .status = 422});
    return http::redirect_response("/settings/leaving#address");
}

// POST /settings/leaving/address/remove
Result<http::Response> remove_address(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    db::Tx tx(deps.pool);
    db::leaver_keys::clear_emails(tx, call.me());
    tx.commit();
    return http::redirect_response("/settings/leaving#address");
}

// POST /settings/leaving/code: shown in the answer and never again.
Result<http::Response> make_code(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    if (const auto wrong = check_password(deps, call, "code-password"))
        return show(deps, call, *wrong);
    std::string code;
    {
        db::Tx tx(deps.pool);
        const auto me = db::accounts::find(tx, call.me());
        if (!me) return Error{Error::Kind::Unauthorized, "member is gone"};
        code = members::make_leaver_code(tx, me->id, me->uri, deps.now());
        tx.commit();
    }
    return show(deps, call, {.code = code});
}

http::Response stale_link(const WebDeps& deps, const http::Call& call) {
    return render_notice(deps.instance,
                         call,
                         {.title = "This link does not work any more",
                          .text = "It was used before, is too old, or was cut on its way.",
                          .link = "/settings/leaving",
                          .link_text = "Ask for another one",
                          .status = 410});
}

// GET /confirm-private-address: mail scanners open links, so a button confirms.
Result<http::Response> ask_to_confirm(const WebDeps& deps, const http::Call& call) {
    const auto token = call.form.text("token");
    {
        db::Tx tx(deps.pool, db::Durability::PerStatement);
        if (!members::find_private_address(tx, deps.link_key, token, deps.now()))
            return stale_link(deps, call);
    }
    return render_open_form(deps.instance,
                            call,
                            {.view = "private_address",
                             .title = "Confirm your private address",
                             .data = {{"token", token}}});
}

// POST /confirm-private-address
Result<http::Response> confirm(const WebDeps& deps, const http::Call& call) {
    if (!is_own_open_form(deps.instance, call))
        return Error{Error::Kind::Forbidden, "confirmation form of another page", no_cookie_text};
    db::Tx tx(deps.pool);
    const auto keys =
        members::find_private_address(tx, deps.link_key, call.form.text("token"), deps.now());
    if (!keys || !db::leaver_keys::confirm_email(tx, keys->account, keys->wanted_email))
        return stale_link(deps, call);
    tx.commit();
    return render_notice(deps.instance,
                         call,
                         {.title = "Thank you",
                          .text = "If you leave the district, a link comes to this address. Until "
                                  "then nothing does.",
                          .link = "/settings/leaving",
                          .link_text = "Back to your account"});
}

} // namespace

void add_leaving_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings/leaving", Session, deps, settings));
    router.add(page_route("POST", "/settings/leaving/address", Session, deps, want_address));
    router.add(
        page_route("POST", "/settings/leaving/address/remove", Session, deps, remove_address));
    router.add(page_route("POST", "/settings/leaving/code", Session, deps, make_code));
    router.add(
        page_route("GET", "/confirm-private-address", OptionalSession, deps, ask_to_confirm));
    router.add(page_route("POST", "/confirm-private-address", OptionalSession, deps, confirm));
}

} // namespace web
