#include "base/text.h"
#include "db/accounts.h"
#include "db/stay_requests.h"
#include "educators/leavers.h"
#include "http/rate_limiter.h"
#include "members/leaving.h"
#include "outbox/archive.h"
#include "outbox/move.h"
#include "web/open_form.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/taking_away.h"

#include <fmt/format.h>

/// The page of those who left the district: export, Move, and asking to stay. Its cookie is no
/// session, so it opens nothing else; every handler here asks find_leaver() first.
namespace web {
namespace {

using std::chrono::minutes;

const Error foreign_form{Error::Kind::Forbidden, "leaver form of another page", no_cookie_text};
const Error not_in{Error::Kind::NotFound, "no leaver", "Please open the link of the mail again."};
constexpr auto own_page = "/leaver";

std::optional<AccountId> find_leaver(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    return members::find_leaver(tx, deps.instance, call.request, deps.now());
}

/// Who sends a form of this page.
Result<AccountId> acting_leaver(const WebDeps& deps, const http::Call& call) {
    if (!is_own_open_form(deps.instance, call)) return foreign_form;
    const auto leaver = find_leaver(deps, call);
    if (!leaver) return not_in;
    return *leaver;
}

/// What went wrong, and in which field: "code", "target", "stay".
struct Problem {
    std::string text{};
    std::string field{};
    int status = 422;
};

Json render_request(const std::optional<db::StayRequest>& request) {
    if (!request) return {{"may_ask", true}};
    const auto kind = request->kind == "retired" ? "a retired educator" : "a substitute";
    if (!request->refused_at)
        return {{"waits_as", kind}, {"asked", format_date(request->asked_at)}};
    return {{"may_ask", true}, {"refused_as", kind}, {"reason", request->reason}};
}

http::Response show_page(const WebDeps& deps,
                         const http::Call& call,
                         AccountId leaver,
                         const std::optional<Problem>& problem = std::nullopt) {
    auto data = describe_exports(deps, leaver);
    {
        db::Tx tx(deps.pool);
        const auto me = db::accounts::find(tx, leaver);
        const auto until = members::leaver_page_end(tx, leaver, deps.now());
        data.update(render_request(db::stay_requests::find_latest(tx, leaver)));
        if (me) {
            data["handle"] = fmt::format("@{}@{}", me->username, deps.instance.handle_host);
            data["followers"] = me->followers_count;
            data["moved_to"] = me->moved_to_uri;
        }
        data["until"] = until ? format_date(*until) : "";
    }
    data["contact"] = deps.instance.contact_email;
    data["most_text"] = educators::max_stay_text;
    data["typed_target"] = call.form.text("target");
    data["typed_text"] = call.form.text("text");
    if (problem) {
        data["problem"] = problem->text;
        data["problem_field"] = problem->field;
        data["target_is_wrong"] = problem->field == "target";
    }
    return render_open_form(deps.instance,
                            call,
                            {.view = "leaver",
                             .title = problem ? "Error: After leaving" : "After leaving",
                             .data = std::move(data),
                             .status = problem ? problem->status : 200});
}

http::Response show_door(const WebDeps& deps,
                         const http::Call& call,
                         const std::string& token,
                         const std::optional<Problem>& problem = std::nullopt) {
    return render_open_form(deps.instance,
                            call,
                            {.view = "leaver_door",
                             .title = problem ? "Error: After leaving" : "After leaving",
                             .data = {{"token", token},
                                      {"name", call.form.text("name")},
                                      {"problem", problem ? problem->text : ""}},
                             .status = problem ? problem->status : 200});
}

// GET /leaver. Opening the link changes nothing: mail scanners open links, too.
Result<http::Response> open(const WebDeps& deps, const http::Call& call) {
    const auto token = call.form.text("token");
    if (token.empty()) {
        if (const auto leaver = find_leaver(deps, call)) return show_page(deps, call, *leaver);
        return show_door(deps, call, "");
    }
    bool is_good = false;
    {
        db::Tx tx(deps.pool, db::Durability::PerStatement);
        is_good = members::find_leaver_by_link(tx, deps.link_key, token, deps.now()).has_value();
    }
    if (is_good) return show_door(deps, call, token);
    return render_notice(deps.instance,
                         call,
                         {.title = "This link does not work any more",
                          .text = "The 30 days are over, or your account is open again.",
                          .link = "/sign-in",
                          .link_text = "Sign in",
                          .status = 410});
}

/// Guesses count by address and by name, before they are looked at.
Result<Done> count_guess(const WebDeps& deps, const http::Call& call) {
    constexpr members::Throttle::Limit by_address{"leaver address", 30, minutes{15}};
    constexpr members::Throttle::Limit by_name{"leaver name", 10, minutes{15}};
    const auto address = http::address_key(call.request.address);
    if (auto counted = deps.throttle.count(by_address, address, deps.now()); !counted)
        return counted;
    const auto name = ascii_lower(trim(call.form.text("name")));
    return deps.throttle.count(by_name, name, deps.now());
}

// POST /leaver: with the link's token, or with name and code.
Result<http::Response> enter(const WebDeps& deps, const http::Call& call) {
    if (!is_own_open_form(deps.instance, call)) return foreign_form;
    const auto token = call.form.text("token");
    if (const auto counted = count_guess(deps, call); !counted) {
        return show_door(deps, call, token, Problem{.text = counted.error().shown, .status = 429});
    }
    db::Tx tx(deps.pool);
    const auto leaver = token.empty()
                            ? members::find_leaver_by_code(
                                  tx, call.form.text("name"), call.form.text("code"), deps.now())
                            : members::find_leaver_by_link(tx, deps.link_key, token, deps.now());
    if (!leaver) {
        return show_door(deps,
                         call,
                         "",
                         Problem{.text = "Name and code do not belong together, or the 30 days "
                                         "after leaving are over.",
                                 .status = 403});
    }
    const auto cookie = members::open_leaver_session(tx, deps.instance, *leaver, deps.now());
    tx.commit();
    // The address of the page that follows holds no token.
    auto response = http::redirect_response(own_page);
    response.headers.add("Set-Cookie", cookie);
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

// POST /leaver/close
Result<http::Response> close(const WebDeps& deps, const http::Call& call) {
    if (!is_own_open_form(deps.instance, call)) return foreign_form;
    db::Tx tx(deps.pool);
    const auto cookie = members::close_leaver_session(tx, deps.instance, call.request);
    tx.commit();
    auto response = http::redirect_response("/");
    response.headers.add("Set-Cookie", cookie);
    return response;
}

// GET /leaver/tables/{name}
Result<http::Response> table(const WebDeps& deps, const http::Call& call) {
    const auto leaver = find_leaver(deps, call);
    if (!leaver) return not_in;
    return serve_table(deps, *leaver, call.param("name"));
}

// GET /leaver/archive
Result<http::Response> download(const WebDeps& deps, const http::Call& call) {
    const auto leaver = find_leaver(deps, call);
    if (!leaver) return not_in;
    return serve_archive(deps, *leaver);
}

// POST /leaver/archive
Result<http::Response> request_archive(const WebDeps& deps, const http::Call& call) {
    const auto leaver = acting_leaver(deps, call);
    if (!leaver) return leaver.error();
    db::Tx tx(deps.pool);
    const auto requested = outbox::request_archive(tx, *leaver, deps.now());
    if (!requested) return requested.error();
    tx.commit();
    return http::redirect_response("/leaver#archive");
}

// POST /leaver/move
Result<http::Response> move(const WebDeps& deps, const http::Call& call) {
    const auto leaver = acting_leaver(deps, call);
    if (!leaver) return leaver.error();
    const auto target = outbox::fetch_named(deps.resolver, call.form.text("target"));
    if (!target) {
        const int status = target.error().kind == Error::Kind::RateLimited ? 429 : 422;
        return show_page(
            deps, call, *leaver, Problem{explain_not_found(target.error()), "target", status});
    }
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const auto moved = outbox::move_to(
            tx,
            {.instance = deps.instance, .peers = deps.peers, .account = *leaver, .now = deps.now()},
            target->id);
        if (moved)
            tx.commit();
        else
            refusal = moved.error();
    }
    if (refusal)
        return show_page(deps, call, *leaver, Problem{explain_refusal(*refusal), "target"});
    return http::redirect_response(own_page);
}

// POST /leaver/stay
Result<http::Response> ask_to_stay(const WebDeps& deps, const http::Call& call) {
    const auto leaver = acting_leaver(deps, call);
    if (!leaver) return leaver.error();
    std::optional<Error> refusal;
    {
        db::Tx tx(deps.pool);
        const auto asked = educators::ask_to_stay(
            tx,
            {.account = *leaver, .kind = call.form.text("kind"), .text = call.form.text("text")},
            deps.now());
        if (asked)
            tx.commit();
        else
            refusal = asked.error();
    }
    if (refusal) return show_page(deps, call, *leaver, Problem{refusal->shown, "stay"});
    return http::redirect_response("/leaver#stay");
}

} // namespace

void add_leaver_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", own_page, Anyone, deps, open));
    router.add(page_route("POST", own_page, Anyone, deps, enter));
    router.add(page_route("POST", "/leaver/close", Anyone, deps, close));
    router.add(page_route("GET", "/leaver/archive", Anyone, deps, download));
    router.add(page_route("POST", "/leaver/archive", Anyone, deps, request_archive));
    router.add(page_route("POST", "/leaver/move", Anyone, deps, move));
    router.add(page_route("POST", "/leaver/stay", Anyone, deps, ask_to_stay));
    // No page: browsers ask for whatever they want to save.
    auto route = page_route("GET", "/leaver/tables/{name}", Anyone, deps, table);
    route.media = http::Media::Any;
    router.add(std::move(route));
}

} // namespace web
