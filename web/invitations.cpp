#include "members/invitations.h"

#include "db/accounts.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

#include <algorithm>
#include <limits>

/// The owner's page of invitations.
namespace web {
namespace {

constexpr auto own_page = "/admin/invitations";

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
    if (const auto owner = at_desk(deps, call, own_page); !owner) return owner.error();
    return show(deps, call, "");
}

int bounded(std::optional<std::int64_t> number, int fallback) {
    constexpr std::int64_t most = std::numeric_limits<int>::max();
    return static_cast<int>(std::clamp<std::int64_t>(number.value_or(fallback), 0, most));
}

// POST /admin/invitations: the link is shown once.
Result<http::Response> make(const WebDeps& deps, const http::Call& call) {
    const auto owner = acting_at_desk(deps, call, own_page);
    if (!owner) return owner.error();
    std::string link;
    {
        db::Tx tx(deps.pool);
        const auto code = members::invite(tx,
                                          {.note = call.form.text("note"),
                                           .uses = bounded(call.form.number("uses"), 1),
                                           .days = bounded(call.form.number("days"), 14),
                                           .by = owner->uri},
                                          deps.now());
        if (!code) return code.error();
        tx.commit();
        link = deps.instance.origin + "/join?invite=" + *code;
    }
    return show(deps, call, link);
}

// POST /admin/invitations/{id}/revoke
Result<http::Response> revoke(const WebDeps& deps, const http::Call& call) {
    const auto owner = acting_at_desk(deps, call, own_page);
    if (!owner) return owner.error();
    const auto id = call.id<db::InvitationTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool);
    if (!members::revoke_invitation(tx, *id, owner->uri, deps.now()))
        return Error{Error::Kind::NotFound, "no such invitation"};
    tx.commit();
    return http::redirect_response(own_page);
}

} // namespace

void add_invitation_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", own_page, make},
                      {"POST", "/admin/invitations/{id}/revoke", revoke}});
}

} // namespace web
