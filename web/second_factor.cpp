#include "members/second_factor.h"

#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/users.h"
#include "members/sessions.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/qr_code.h"

/// Where members set the second factor up and take it away. Both ask for the password: a browser
/// left open must not be enough.
namespace web {
namespace {

struct Problem {
    std::string text{};
    std::string field{};
    int status = 200;
};

http::Response show(const WebDeps& deps,
                    const http::Call& call,
                    const db::Account& me,
                    const Problem& problem = {}) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto enrolment = members::find_enrolment(tx, deps.instance, me.id, me.username);
    Json data{{"problem", problem.text},
              {"problem_field", problem.field},
              {"is_on", members::has_second_factor(tx, me.id)},
              {"is_begun", enrolment.has_value()},
              {"codes_left", members::count_recovery_codes(tx, me.id)}};
    if (enrolment) {
        data["secret"] = enrolment->secret;
        data["uri"] = enrolment->uri;
        data["qr"] = render_qr_code(enrolment->uri);
    }
    return render_page(
        deps.instance,
        call,
        {.view = "second_factor",
         .title = problem.text.empty() ? "Two-factor sign-in" : "Error: Two-factor sign-in",
         .data = std::move(data),
         .status = problem.status});
}

Result<db::Account> find_me(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    auto me = db::accounts::find(tx, call.me());
    if (!me) return Error{Error::Kind::Unauthorized, "member is gone"};
    return std::move(*me);
}

bool is_own_form(const WebDeps& deps, const http::Call& call) {
    return members::is_own_form(deps.instance, call.request, call.form.text("form_token"));
}

const Error foreign_form{Error::Kind::Forbidden, "second factor form of another page"};

/// Nothing when the password is right.
std::optional<Problem> check_password(const WebDeps& deps,
                                      const http::Call& call,
                                      const db::Account& me) {
    const auto counted = deps.sign_in.count(me.username, call.request.address, deps.now());
    if (!counted) return Problem{counted.error().shown, "password", 429};
    std::string hash;
    {
        db::Tx tx(deps.pool, db::Durability::PerStatement);
        const auto user = db::users::find(tx, me.id);
        if (user) hash = user->password_hash;
    }
    const auto fits = deps.passwords.fits(hash, call.form.text("password"));
    if (!fits) return Problem{fits.error().shown, "password", 503};
    if (!*fits) return Problem{"The password is not right.", "password", 403};
    deps.sign_in.forgive(me.username, call.request.address, deps.now());
    return std::nullopt;
}

// GET /settings/second-factor
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    const auto me = find_me(deps, call);
    if (!me) return me.error();
    return show(deps, call, *me);
}

// POST /settings/second-factor/begin
Result<http::Response> begin(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto me = find_me(deps, call);
    if (!me) return me.error();
    if (const auto problem = check_password(deps, call, *me)) {
        return show(deps, call, *me, *problem);
    }
    db::Tx tx(deps.pool);
    const auto begun = members::begin_second_factor(tx, deps.instance, me->id, me->username);
    if (!begun) return begun.error();
    tx.commit();
    return http::redirect_response("/settings/second-factor");
}

void audit(db::Tx& tx, const db::Account& me, std::string act) {
    db::audit_log::insert(tx, {.actor = me.uri, .act = std::move(act), .subject = me.uri});
}

// POST /settings/second-factor/confirm
Result<http::Response> confirm(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto me = find_me(deps, call);
    if (!me) return me.error();
    constexpr members::Throttle::Limit limit{"one-time code", 10, std::chrono::minutes{15}};
    const auto counted = deps.throttle.count(limit, to_string(me->id), deps.now());
    if (!counted) return show(deps, call, *me, {counted.error().shown, "code", 429});
    db::Tx tx(deps.pool);
    const auto codes =
        members::confirm_second_factor(tx, me->id, call.form.text("code"), deps.now());
    if (!codes && codes.error().kind == Error::Kind::Forbidden) {
        return show(deps, call, *me, {codes.error().shown, "code", 403});
    }
    if (!codes) return codes.error();
    audit(tx, *me, "account.second-factor");
    tx.commit();
    return render_page(
        deps.instance,
        call,
        {.view = "recovery_codes", .title = "Recovery codes", .data = {{"codes", *codes}}});
}

// POST /settings/second-factor/remove
Result<http::Response> remove(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto me = find_me(deps, call);
    if (!me) return me.error();
    if (const auto problem = check_password(deps, call, *me)) {
        return show(deps, call, *me, *problem);
    }
    db::Tx tx(deps.pool);
    if (members::remove_second_factor(tx, me->id)) audit(tx, *me, "account.no-second-factor");
    tx.commit();
    return http::redirect_response("/settings/second-factor");
}

} // namespace

void add_second_factor_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings/second-factor", Session, deps, ask));
    router.add(page_route("POST", "/settings/second-factor/begin", Session, deps, begin));
    router.add(page_route("POST", "/settings/second-factor/confirm", Session, deps, confirm));
    router.add(page_route("POST", "/settings/second-factor/remove", Session, deps, remove));
}

} // namespace web
