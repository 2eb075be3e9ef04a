#include "base/uri.h"
#include "db/accounts.h"
#include "db/partners.h"
#include "db/tx.h"
#include "educators/shown.h"
#include "moderation/peers.h"
#include "outbox/not_wanted.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

namespace web {
namespace {

std::string kind_of(const db::Account& account) {
    if (account.is_group()) return "Group";
    if (const auto until = educators::show_guest(account)) return "Guest, here until " + *until;
    if (db::mark_of(account) || account.actor_type == "Organization") return "Commercial partner";
    return account.is_bot() ? "Automated account" : "Member";
}

/// The badge: a mark of the page, beside the name and never inside it, so that no name or emoji can
/// look like it.
void add_badge(Json& data, const db::Account& account) {
    const auto shown = educators::show_attestation(account);
    data["is_attested"] = shown.has_value();
    data["is_unattested_person"] =
        !shown && account.actor_type == "Person" && !db::mark_of(account);
    if (!shown) return;
    data["badge"] = shown->name;
    data["attested"] = shown->text;
}

/// What anybody may know: name, handle, kind.
Json render_open(const WebDeps& deps, const http::Call& call, const db::Account& account) {
    const auto& domain = account.domain.empty() ? deps.instance.handle_host : account.domain;
    return {
        {"name", account.display_name.empty() ? account.username : account.display_name},
        {"handle", "@" + account.username + "@" + domain},
        {"kind", kind_of(account)},
        {"sign_in", "/sign-in?return_to=" + percent_encode(call.request.path)},
    };
}

Json render_fields(const Json& stored) {
    Json fields = Json::array();
    for (const auto& field : stored) {
        if (!field.is_object() || educators::show_attested_field(field)) continue;
        fields.push_back({{"name", field.value("name", "")}, {"value", field.value("value", "")}});
    }
    return fields;
}

// `note` and the fields' values are HTML that was cleaned before it was stored.
void add_known(Json& data, const db::Account& account) {
    data["is_known"] = true;
    add_badge(data, account);
    data["note"] = account.note;
    data["fields"] = render_fields(account.fields);
    data["has_fields"] = !data["fields"].empty();
    data["posts"] = account.statuses_count;
    data["following"] = account.following_count;
    data["followers"] = account.followers_count;
    data["since"] = format_date(account.created_at);
    data["moved_to"] = account.moved_to_uri;
    if (!account.is_local() && !origin_of(account.url).empty()) {
        data["origin"] = account.url;
        data["origin_host"] = host_of(account.url);
    }
}

// GET /@{name}; "/@name@host" is a remote account, which only members see here.
Result<http::Response> profile(const WebDeps& deps, const http::Call& call) {
    const Error not_found{
        Error::Kind::NotFound, "no such profile", "There is nobody of that name."};
    const auto name = call.param("name");
    const auto at = name.find('@');
    const bool is_remote = at != std::string_view::npos;
    if (is_remote && !call.me()) {
        return http::redirect_response("/sign-in?return_to=" + percent_encode(call.request.path));
    }
    db::Tx tx(deps.pool);
    const auto account = db::accounts::find_by_handle(
        tx, name.substr(0, at), is_remote ? name.substr(at + 1) : std::string_view());
    if (!account || account->is_server_actor) return not_found;
    if (account->deleted_at) {
        return Error{Error::Kind::Gone, "deleted profile", "This account was deleted."};
    }
    if (!account->is_visible()) return not_found;
    auto data = render_open(deps, call, *account);
    if (call.me()) add_known(data, *account);
    if (call.me() && outbox::is_partner(*account, deps.peers))
        data["refusal"] = "/@" + percent_encode(name) + "/not-wanted";
    const std::string title = data["name"];
    return render_page(deps.instance,
                       call,
                       {.view = "profile",
                        .title = title,
                        .data = std::move(data),
                        .alternate = account->is_local() ? account->uri : ""});
}

// GET /users/{name} in a browser: the actor id leads to the profile.
Result<http::Response> from_actor(const WebDeps&, const http::Call& call) {
    return http::redirect_response(fmt::format("/@{}", percent_encode(call.param("name"))), 302);
}

} // namespace

void add_profile_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/@{name}", OptionalSession, deps, profile));
    router.add(page_route("GET", "/users/{name}", Anyone, deps, from_actor));
}

} // namespace web
