#include "db/audit_log.h"
#include "outbox/break_glass.h"
#include "outbox/glass_file.h"
#include "web/break_glass.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

/// The private posts that a second person opened, to whoever asked; and, for the member, who read.
namespace web {
namespace {

constexpr int posts_on_page = 40;

Json render_posts(const outbox::GlassPosts& read) {
    Json rows = Json::array();
    for (const auto& post : read.posts) {
        std::string recipients;
        for (const auto& name : post.recipients)
            recipients += (recipients.empty() ? "@" : ", @") + name;
        rows.push_back({{"uri", post.uri},
                        {"at", shown_time(post.created_at)},
                        {"edited", post.edited_at ? shown_time(*post.edited_at) : ""},
                        {"visibility", post.visibility},
                        {"recipients", recipients},
                        {"warning", post.spoiler_text},
                        {"content", post.content},
                        {"sha256", outbox::hash_of(post)}});
    }
    return rows;
}

/// Reads, and has committed that it did before anybody sees it.
Result<outbox::GlassPosts> read(const WebDeps& deps,
                                const http::Call& call,
                                const outbox::GlassReading& reading) {
    const auto id = call.id<db::GlassTag>("id");
    if (!id) return id.error();
    db::Tx tx(deps.pool);
    auto posts = outbox::read_glass(tx, call.me(), *id, reading, deps.now());
    if (!posts) return posts.error().kind == Error::Kind::NotFound ? no_glass_page : posts.error();
    tx.commit();
    return posts;
}

// GET /admin/break-glass/{id}/posts
Result<http::Response> show_posts(const WebDeps& deps, const http::Call& call) {
    const StatusId below{parse_id(call.form.text("below")).value_or(0)};
    const auto found =
        read(deps, call, {.act = "glass.view", .below = below, .most = posts_on_page});
    if (!found) return found.error();
    const auto rows = render_posts(*found);
    const auto url = glass_page(found->request.id);
    return render_page(
        deps.instance,
        call,
        {.view = "break_glass_posts",
         .title = "Private posts of " + found->author.username,
         .data = {
             {"member", found->author.username},
             {"url", url},
             {"first", format_date(found->request.first)},
             {"last", format_date(found->request.end - std::chrono::milliseconds{1})},
             {"has_posts", !rows.empty()},
             {"posts", rows},
             {"older",
              found->is_more ? url + "/posts?below=" + to_string(found->posts.back().id) : ""}}});
}

template <typename Render>
Result<http::Response> download(const WebDeps& deps,
                                const http::Call& call,
                                const char* type,
                                const char* extension,
                                Render render) {
    const auto found =
        read(deps, call, {.act = "glass.download", .most = outbox::most_glass_posts});
    if (!found) return found.error();
    if (found->is_more)
        return Error{Error::Kind::Unprocessable,
                     "glass: too many posts",
                     fmt::format("The period holds more than {} posts. Ask for a shorter one.",
                                 outbox::most_glass_posts)};
    auto response = http::text_response(render(*found));
    response.headers.set("Content-Type", type);
    response.headers.set("Content-Disposition",
                         fmt::format("attachment; filename=\"private-posts-{}.{}\"",
                                     to_string(found->request.id),
                                     extension));
    response.headers.set("Cache-Control", "private, no-store");
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
}

// GET /admin/break-glass/{id}/posts.csv
Result<http::Response> download_csv(const WebDeps& deps, const http::Call& call) {
    return download(deps, call, "text/csv; charset=utf-8", "csv", outbox::render_glass_csv);
}

// GET /admin/break-glass/{id}/posts.json
Result<http::Response> download_json(const WebDeps& deps, const http::Call& call) {
    return download(
        deps, call, "application/json; charset=utf-8", "json", [](const outbox::GlassPosts& posts) {
            return dump_json(outbox::render_glass_json(posts));
        });
}

/// When it was read, oldest last.
Json render_readings(const std::vector<db::AuditEntry>& entries, db::GlassId id) {
    Json rows = Json::array();
    for (const auto& entry : entries) {
        if (entry.details.value("request", "") != to_string(id)) continue;
        rows.push_back({{"at", shown_time(entry.at)},
                        {"what", entry.act == "glass.view" ? "looked at" : "downloaded"},
                        {"posts", std::to_string(entry.details.value("posts", 0))}});
    }
    return rows;
}

/// What was done to the keys of the account at the server's command line.
Json render_keys(db::Tx& tx, const std::string& uri) {
    Json rows = Json::array();
    for (const auto& entry : db::audit_log::list_acts(
             tx, uri, {"account.reset-password", "account.reset-second-factor"})) {
        const bool is_password = entry.act == "account.reset-password";
        rows.push_back({{"at", shown_time(entry.at)},
                        {"what", is_password ? "new password" : "second factor taken away"}});
    }
    return rows;
}

// GET /settings/access
Result<http::Response> own(const WebDeps& deps, const http::Call& call) {
    db::Tx tx(deps.pool);
    const auto me = db::accounts::find(tx, call.me());
    if (!me) return Error{Error::Kind::Unauthorized, "member is gone"};
    const auto readings = db::audit_log::list_acts(tx, me->uri, {"glass.view", "glass.download"});
    Json rows = Json::array();
    for (const auto& request : db::glass_requests::list_told(tx, me->id)) {
        Json holds = Json::array();
        for (const auto& hold : db::glass_requests::list_holds(tx, request.id)) {
            if (hold.approved_at)
                holds.push_back({{"reason", hold.reason}, {"until", format_date(hold.end)}});
        }
        const auto read_at = render_readings(readings, request.id);
        rows.push_back({{"requester", shown_name(tx, request.requester)},
                        {"approver", shown_name(tx, request.decided_by)},
                        {"approved", shown_time(*request.decided_at)},
                        {"first", format_date(request.first)},
                        {"last", format_date(request.end - std::chrono::milliseconds{1})},
                        {"reason", request.reason},
                        {"holds", holds},
                        {"has_readings", !read_at.empty()},
                        {"readings", read_at}});
    }
    const auto keys = render_keys(tx, me->uri);
    return render_page(deps.instance,
                       call,
                       {.view = "access",
                        .title = "Who read your private posts",
                        .data = {{"has_requests", !rows.empty()},
                                 {"requests", rows},
                                 {"has_keys", !keys.empty()},
                                 {"keys", keys}}});
}

} // namespace

std::string glass_page(db::GlassId id) {
    return std::string(glass_pages) + "/" + to_string(id);
}

std::string shown_name(db::Tx& tx, AccountId id) {
    const auto account = db::accounts::find(tx, id);
    return account ? account->username : "?";
}

std::string state_text(const db::GlassRequest& request, Time now) {
    switch (outbox::state_of(request, now)) {
    case outbox::GlassState::Waits:
        return "waits for a second person, until " +
               shown_time(request.requested_at + outbox::glass_waits);
    case outbox::GlassState::Expired:
        return "expired: nobody decided in time";
    case outbox::GlassState::Refused:
        return "refused";
    case outbox::GlassState::Open:
        return "open until " + shown_time(*request.decided_at + outbox::glass_opens);
    case outbox::GlassState::Over:
        return "over";
    }
    return "";
}

void add_glass_reading_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", "/admin/break-glass/{id}/posts", show_posts},
                      {"GET", "/admin/break-glass/{id}/posts.csv", download_csv},
                      {"GET", "/admin/break-glass/{id}/posts.json", download_json}});
}

void add_access_routes(http::Router& router, const WebDeps& deps) {
    router.add(page_route("GET", "/settings/access", http::Access::Session, deps, own));
}

} // namespace web
