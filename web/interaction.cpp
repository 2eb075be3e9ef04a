#include "actors/resolve.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "db/tx.h"
#include "members/sessions.h"
#include "outbox/follow.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

namespace web {
namespace {

/// What another server's follow button sends: an actor id or profile address, or a handle.
struct Target {
    std::string uri{};  ///< As it is looked up.
    std::string host{}; ///< Which server keeps it; shown before anything is fetched (O08).
    bool is_handle = false;
};

std::optional<Target> read_target(std::string_view written) {
    constexpr std::size_t max_bytes = 2'048;
    auto text = trim(written);
    if (text.empty() || text.size() > max_bytes) return std::nullopt;
    if (const auto uri = parse_uri(text)) {
        return Target{.uri = std::string(text), .host = uri->authority()};
    }
    if (text.starts_with("acct:")) text.remove_prefix(5);
    if (text.starts_with('@')) text.remove_prefix(1);
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos) return std::nullopt;
    const auto host = parse_authority(text.substr(at + 1));
    if (!host) return std::nullopt;
    return Target{.uri = std::string(text), .host = *host, .is_handle = true};
}

http::Response refuse(const WebDeps& deps, const http::Call& call) {
    return render_notice(deps.instance,
                         call,
                         {.title = "There is nothing to follow",
                          .text = "The link names no account. "
                                  "In your app you can search for the whole handle instead.",
                          .link = "/",
                          .link_text = "Back to the start page",
                          .status = 400});
}

http::Response show_question(const WebDeps& deps,
                             const http::Call& call,
                             const Target& target,
                             const std::string& problem = "",
                             int status = 200) {
    std::string handle;
    {
        db::Tx tx(deps.pool);
        const auto me = db::accounts::find(tx, call.me());
        if (me) handle = "@" + me->username + "@" + deps.instance.handle_host;
    }
    return render_page(deps.instance,
                       call,
                       {.view = "interaction",
                        .title = problem.empty() ? "Follow from here?" : "Error: Follow from here?",
                        .data = {{"uri", target.uri},
                                 {"host", target.host},
                                 {"handle", handle},
                                 {"problem", problem}},
                        .status = status});
}

// GET /authorize_interaction: nothing is looked up or done until the member says so.
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    const auto target = read_target(call.form.text("uri"));
    return target ? show_question(deps, call, *target) : refuse(deps, call);
}

// POST /authorize_interaction
Result<http::Response> follow(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token"))) {
        return Error{Error::Kind::Forbidden, "follow form of another page"};
    }
    const auto target = read_target(call.form.text("uri"));
    if (!target) return refuse(deps, call);
    const auto account = target->is_handle ? deps.resolver.resolve_handle(target->uri)
                                           : deps.resolver.resolve_actor(target->uri);
    if (!account) {
        const auto text = fmt::format("No such account could be found at {}. Perhaps that server "
                                      "is not on our list.",
                                      target->host);
        return show_question(deps, call, *target, text, 404);
    }
    db::Tx tx(deps.pool);
    const auto followed = outbox::follow(
        tx,
        {.instance = deps.instance, .peers = deps.peers, .account = call.me(), .now = deps.now()},
        account->id);
    if (!followed) {
        return show_question(deps, call, *target, "This account cannot be followed.", 403);
    }
    tx.commit();
    return render_notice(deps.instance,
                         call,
                         {.title = "Done",
                          .text = fmt::format("You follow @{}, or have asked to. "
                                              "Their posts will appear in your app.",
                                              account->acct()),
                          .link = "/@" + account->acct(),
                          .link_text = "See the profile"});
}

} // namespace

void add_interaction_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/authorize_interaction", Session, deps, ask));
    router.add(page_route("POST", "/authorize_interaction", Session, deps, follow));
}

} // namespace web
