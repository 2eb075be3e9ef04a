#include "outbox/move.h"

#include "db/accounts.h"
#include "db/tx.h"
#include "members/sessions.h"
#include "web/acting.h"
#include "web/own_password.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/taking_away.h"

#include <fmt/format.h>

#include <algorithm>

namespace web {
namespace {

const Error foreign_form{Error::Kind::Forbidden, "move form of another page"};

/// What went wrong, and in which field: "alias", "target" or "password".
struct Problem {
    std::string text{};
    std::string field{};
    int status = 200;
};

/// "@name@host" where the account is known, else its id.
std::string handle_of(db::Tx& tx, const WebDeps& deps, const std::string& uri) {
    const auto account = db::accounts::find_by_uri(tx, uri);
    if (!account) return uri;
    return fmt::format("@{}@{}",
                       account->username,
                       account->is_local() ? deps.instance.handle_host : account->domain);
}

Result<http::Response> show(const WebDeps& deps, const http::Call& call, const Problem& problem) {
    db::Tx tx(deps.pool);
    const auto me = db::accounts::find(tx, call.me());
    if (!me) return Error{Error::Kind::Unauthorized, "member is gone"};
    Json aliases = Json::array();
    for (const std::string& uri : me->aliases)
        aliases.push_back({{"uri", uri}, {"handle", handle_of(tx, deps, uri)}});
    const auto& moved_to = me->moved_to_uri;
    return render_page(
        deps.instance,
        call,
        {.view = "move",
         .title = problem.text.empty() ? "Move your account" : "Error: Move your account",
         .data = {{"handle", handle_of(tx, deps, me->uri)},
                  {"has_aliases", !aliases.empty()},
                  {"may_add", std::ssize(aliases) < outbox::max_aliases},
                  {"most", outbox::max_aliases},
                  {"aliases", std::move(aliases)},
                  {"moved_to", moved_to.empty() ? "" : handle_of(tx, deps, moved_to)},
                  {"username", me->username},
                  {"followers", me->followers_count},
                  {"typed_alias", call.form.text("alias")},
                  {"typed_target", call.form.text("target")},
                  {"alias_is_wrong", problem.field == "alias"},
                  {"target_is_wrong", problem.field == "target"},
                  {"password_is_wrong", problem.field == "password"},
                  {"problem_field", problem.field},
                  {"problem", problem.text}},
         .status = problem.status});
}

// GET /settings/move
Result<http::Response> settings(const WebDeps& deps, const http::Call& call) {
    return show(deps, call, {});
}

bool is_own_form(const WebDeps& deps, const http::Call& call) {
    return members::is_own_form(deps.instance, call.request, call.form.text("form_token"));
}

Problem not_found(const Error& error, std::string field) {
    const int status = error.kind == Error::Kind::RateLimited ? 429 : 422;
    return {explain_not_found(error), std::move(field), status};
}

Problem refused(const Error& error, std::string field) {
    return {explain_refusal(error), std::move(field), 422};
}

// POST /settings/move/aliases
Result<http::Response> add_alias(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto other = outbox::fetch_named(deps.resolver, call.form.text("alias"));
    if (!other) return show(deps, call, not_found(other.error(), "alias"));
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto added = outbox::add_alias(tx, acting_for(deps, call), *other);
        if (added)
            tx.commit();
        else
            failure = added.error();
    }
    if (failure) return show(deps, call, refused(*failure, "alias"));
    return http::redirect_response("/settings/move#aliases");
}

// POST /settings/move/aliases/remove
Result<http::Response> remove_alias(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    db::Tx tx(deps.pool);
    const auto removed = outbox::remove_alias(tx, acting_for(deps, call), call.form.text("uri"));
    if (!removed) return removed.error();
    tx.commit();
    return http::redirect_response("/settings/move#aliases");
}

/// A stolen session alone must not be able to take the followers away.
std::optional<Problem> check_password(const WebDeps& deps, const http::Call& call) {
    auto wrong = check_own_password(deps, call);
    if (!wrong) return std::nullopt;
    return Problem{std::move(wrong->text), "password", wrong->status};
}

// POST /settings/move
Result<http::Response> move(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    if (const auto problem = check_password(deps, call)) return show(deps, call, *problem);
    const auto target = outbox::fetch_named(deps.resolver, call.form.text("target"));
    if (!target) return show(deps, call, not_found(target.error(), "target"));
    std::optional<Error> failure;
    {
        db::Tx tx(deps.pool);
        const auto moved = outbox::move_to(tx, acting_for(deps, call), target->id);
        if (moved)
            tx.commit();
        else
            failure = moved.error();
    }
    if (failure) return show(deps, call, refused(*failure, "target"));
    return http::redirect_response("/settings/move");
}

// POST /settings/move/cancel
Result<http::Response> cancel(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    db::Tx tx(deps.pool);
    const auto cancelled = outbox::cancel_move(tx, acting_for(deps, call));
    if (!cancelled) return cancelled.error();
    tx.commit();
    return http::redirect_response("/settings/move");
}

} // namespace

std::string explain_not_found(const Error& error) {
    if (error.kind == Error::Kind::RateLimited) return "Too many look-ups. Please try again later.";
    return error.shown.empty() ? "No such account could be found. Perhaps its server "
                                 "is not on our list, or does not answer."
                               : error.shown;
}

std::string explain_refusal(const Error& error) {
    return error.shown.empty() ? "This is not possible." : error.shown;
}

void add_move_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings/move", Session, deps, settings));
    router.add(page_route("POST", "/settings/move", Session, deps, move));
    router.add(page_route("POST", "/settings/move/cancel", Session, deps, cancel));
    router.add(page_route("POST", "/settings/move/aliases", Session, deps, add_alias));
    router.add(page_route("POST", "/settings/move/aliases/remove", Session, deps, remove_alias));
}

} // namespace web
