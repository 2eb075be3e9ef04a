#include "members/invitations.h"

#include "db/accounts.h"
#include "members/permissions.h"
#include "members/sessions.h"
#include "web/page.h"
#include "web/pages.h"

#include <algorithm>
#include <limits>

/// The owner's page of invitations.
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

std::string state_text(const db::Invitation& invitation, Time now) {
    if (invitation.revoked_at) return "revoked";
    if (invitation.uses >= invitation.max_uses) return "used up";
    return now < invitation.expires_at ? "good" : "over";
}

http::Response show(const WebDeps& deps, const http::Call& call, const std::string& link) {
    Json rows = Json::array();
    db::Tx tx(deps.pool);
    for (const auto& invitation : db::invitations::list(tx)) {
        rows.push_back({{"id", to_string(invitation.id)},
                        {"note", invitation.note.empty() ? "Invitation" : invitation.note},
                        {"uses", std::to_string(invitation.uses)},
                        {"max_uses", std::to_string(invitation.max_uses)},
                        {"until", format_date(invitation.expires_at)},
                        {"state", state_text(invitation, deps.now())},
                        {"is_good", invitation.is_good(deps.now())}});
    }
    return render_page(
        deps.instance,
        call,
        {.view = "invitations",
         .title = "Invitations",
         .data = {{"link", link}, {"has_invitations", !rows.empty()}, {"invitations", rows}}});
}

// GET /admin/invitations
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    if (!find_owner(deps, call)) return not_allowed;
    return show(deps, call, "");
}

int bounded(std::optional<std::int64_t> number, int fallback) {
    constexpr std::int64_t most = std::numeric_limits<int>::max();
    return static_cast<int>(std::clamp<std::int64_t>(number.value_or(fallback), 0, most));
}

// POST /admin/invitations: the link is shown once.
Result<http::Response> make(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "invitation form of another page"};
    const auto owner = find_owner(deps, call);
    if (!owner) return not_allowed;
    std::string link;
    {
        db::Tx tx(deps.pool);
        const auto code = members::invite(tx,
                                          {.note = call.form.text("note"),
                                           .uses = bounded(call.form.number("uses"), 1),
                                           .days = bounded(call.form.number("days"), 14),
                                           .by = *owner},
                                          deps.now());
        if (!code) return code.error();
        tx.commit();
        link = deps.instance.origin + "/join?invite=" + *code;
    }
    return show(deps, call, link);
}

// POST /admin/invitations/{id}/revoke
Result<http::Response> revoke(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "invitation form of another page"};
    const auto owner = find_owner(deps, call);
    if (!owner) return not_allowed;
    const auto id = call.id<db::InvitationTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool);
    if (!members::revoke_invitation(tx, *id, *owner, deps.now()))
        return Error{Error::Kind::NotFound, "no such invitation"};
    tx.commit();
    return http::redirect_response("/admin/invitations");
}

} // namespace

void add_invitation_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/admin/invitations", Session, deps, list));
    router.add(page_route("POST", "/admin/invitations", Session, deps, make));
    router.add(page_route("POST", "/admin/invitations/{id}/revoke", Session, deps, revoke));
}

} // namespace web
