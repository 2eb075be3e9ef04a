#include "moderation/shield.h"

#include "db/accounts.h"
#include "members/sessions.h"
#include "web/page.h"
#include "web/pages.h"

/// Where members keep strangers at a distance for a while (POLICY section 2).
namespace web {
namespace {

Result<db::Account> find_me(db::Tx& tx, const http::Call& call) {
    auto me = db::accounts::find(tx, call.me());
    if (!me) return Error{Error::Kind::Unauthorized, "member is gone"};
    return std::move(*me);
}

// GET /settings/shield
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto me = find_me(tx, call);
    if (!me) return me.error();
    const auto shield = db::shields::find(tx, me->id, deps.now());
    const auto near = db::shields::approaches(tx, me->id, deps.now());
    return render_page(
        deps.instance,
        call,
        {.view = "shield",
         .title = "Shield",
         .data = {{"is_up", shield.has_value()},
                  {"until", shield ? format_iso8601(shield->until).substr(0, 16) : ""},
                  {"by_itself", shield && shield->raised_by == "burst"},
                  {"by_me", shield && shield->raised_by == me->uri},
                  {"strangers", near.in_6_hours}}});
}

bool is_own_form(const WebDeps& deps, const http::Call& call) {
    return members::is_own_form(deps.instance, call.request, call.form.text("form_token"));
}

const Error foreign_form{Error::Kind::Forbidden, "shield form of another page"};

// POST /settings/shield/raise
Result<http::Response> raise(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    db::Tx tx(deps.pool);
    const auto me = find_me(tx, call);
    if (!me) return me.error();
    moderation::raise_shield(tx, me->id, me->uri, deps.now());
    tx.commit();
    return http::redirect_response("/settings/shield");
}

// POST /settings/shield/lower
Result<http::Response> lower(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    db::Tx tx(deps.pool);
    const auto me = find_me(tx, call);
    if (!me) return me.error();
    // Pressed twice, or ended meanwhile: it is down, as was wished.
    if (moderation::lower_shield(tx, me->id, me->uri, deps.now())) tx.commit();
    return http::redirect_response("/settings/shield");
}

} // namespace

void add_shield_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings/shield", Session, deps, show));
    router.add(page_route("POST", "/settings/shield/raise", Session, deps, raise));
    router.add(page_route("POST", "/settings/shield/lower", Session, deps, lower));
}

} // namespace web
