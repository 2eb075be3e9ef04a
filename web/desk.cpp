#include "web/desk.h"

#include "db/approvals.h"
#include "db/cases.h"
#include "db/tx.h"
#include "db/users.h"
#include "members/duties.h"
#include "members/permissions.h"
#include "members/sessions.h"
#include "web/page.h"
#include "web/pages.h"

#include <algorithm>
#include <array>

namespace web {
namespace {

constexpr auto start_path = "/admin";
constexpr DeskCharges anyone{.owner = true,
                             .moderator = true,
                             .roster_officer = true,
                             .privacy_officer = true,
                             .records_officer = true};
constexpr DeskCharges moderators{.owner = true, .moderator = true};
constexpr DeskCharges roster{.roster_officer = true};
constexpr DeskCharges records{.owner = true, .records_officer = true};
constexpr DeskCharges readers_of_record{.owner = true, .moderator = true, .records_officer = true};

// In the order of the navigation. The guard of a page asks this table by the page's path.
constexpr std::array pages{
    DeskPage{"/admin", "Desk", anyone},
    DeskPage{"/admin/reports", "Reports", moderators, db::cases::waiting},
    DeskPage{"/admin/held", "Held items", moderators, db::waiting::held_items},
    DeskPage{"/admin/accounts", "Accounts", moderators, db::waiting::newcomers},
    DeskPage{"/admin/posts", "Posts", moderators},
    DeskPage{"/admin/appeals", "Appeals", moderators, db::waiting::appeals},
    DeskPage{"/admin/filters", "Filters", moderators},
    DeskPage{"/admin/lists", "Lists", moderators},
    DeskPage{"/admin/explain", "Why not arrived?", moderators},
    DeskPage{"/admin/peers", "Peers", {.owner = true}},
    DeskPage{"/admin/covenant", "Covenant", {.owner = true}},
    DeskPage{"/admin/roster", "Roster", roster, db::waiting::roster_imports},
    DeskPage{"/admin/roster/reviews", "Roster reviews", roster, db::waiting::roster_reviews},
    DeskPage{"/admin/leavers", "Leavers", roster, db::waiting::stay_requests},
    DeskPage{"/admin/corrections", "Corrections", roster, db::waiting::corrections},
    DeskPage{"/admin/invitations", "Invitations", {.owner = true}},
    DeskPage{"/admin/partners", "Commercial partners", {.owner = true}},
    DeskPage{"/admin/duties", "Duties", {.owner = true}},
    DeskPage{"/admin/duties/schools", "Moderators of schools", {.owner = true}},
    DeskPage{"/admin/approvals",
             "Approvals",
             {.owner = true, .roster_officer = true, .records_officer = true},
             db::approvals::waiting},
    DeskPage{"/admin/records", "Records", records},
    DeskPage{"/admin/student-privacy",
             "Student privacy",
             {.privacy_officer = true},
             db::waiting::student_privacy},
    DeskPage{
        "/admin/recalls", "Recalls", {.owner = true, .moderator = true, .privacy_officer = true}},
    DeskPage{"/admin/break-glass", "Break-glass", records, db::waiting::glass_requests},
    DeskPage{"/admin/audit", "Record", readers_of_record},
    DeskPage{"/admin/settings", "Settings", {.owner = true}},
};

const Error no_page{Error::Kind::NotFound, "not at this desk", "There is no such page for you."};

bool overlap(const DeskCharges& one, const DeskCharges& other) {
    return (one.owner && other.owner) || (one.moderator && other.moderator) ||
           (one.roster_officer && other.roster_officer) ||
           (one.privacy_officer && other.privacy_officer) ||
           (one.records_officer && other.records_officer);
}

DeskCharges read_charges(const std::vector<std::string>& names) {
    const auto has = [&](std::string_view name) {
        return std::ranges::find(names, name) != names.end();
    };
    return {.owner = has("owner"),
            .moderator = has("moderator"),
            .roster_officer = has(members::to_string(members::Duty::RosterOfficer)),
            .privacy_officer = has(members::to_string(members::Duty::PrivacyOfficer)),
            .records_officer = has(members::to_string(members::Duty::RecordsOfficer))};
}

DeskCharges charges_of(db::Tx& tx, AccountId account) {
    const auto user = db::users::find(tx, account);
    return user ? read_charges(members::list_charges(tx, *user)) : DeskCharges{};
}

const DeskPage* find_page(std::string_view path) {
    const auto* const found = std::ranges::find(pages, path, &DeskPage::path);
    return found == pages.end() ? nullptr : found;
}

/// The longest row that is the path, or stands above it.
std::string_view row_of(std::string_view path) {
    std::string_view found = start_path;
    for (const auto& page : pages) {
        const bool is_above = path.starts_with(page.path) &&
                              (path.size() == page.path.size() || path[page.path.size()] == '/');
        if (is_above && page.path.size() > found.size()) found = page.path;
    }
    return found;
}

std::string deadline_text(const db::Waiting& waiting) {
    return waiting.deadline ? shown_time(*waiting.deadline) : "";
}

Json render_rows(const WebDeps& deps, AccountId me) {
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto mine = charges_of(tx, me);
    Json rows = Json::array();
    for (const auto& page : pages) {
        if (page.waiting == nullptr || !overlap(page.who, mine)) continue;
        const auto waiting = page.waiting(tx, me, deps.now());
        rows.push_back({{"path", page.path},
                        {"title", page.title},
                        {"count", waiting.count == 0 ? "" : std::to_string(waiting.count)},
                        {"deadline", deadline_text(waiting)}});
    }
    return rows;
}

// GET /admin
Result<http::Response> start(const WebDeps& deps, const http::Call& call) {
    const auto me = at_desk(deps, call, start_path);
    if (!me) return me.error();
    const auto rows = render_rows(deps, me->id);
    const bool is_quiet =
        std::ranges::all_of(rows, [](const Json& row) { return row["count"].empty(); });
    return render_page(deps.instance,
                       call,
                       {.view = "desk",
                        .title = "Desk",
                        .data = {{"has_rows", !rows.empty()},
                                 {"is_quiet", is_quiet},
                                 {"rows", rows},
                                 {"now", shown_time(deps.now())}}});
}

} // namespace

std::span<const DeskPage> desk_pages() {
    return pages;
}

Json desk_links(const http::Call& call) {
    const auto mine = read_charges(call.caller.scopes);
    // A token's scopes are no charges; its calls are shown no pages of ours.
    const bool has_desk = call.me() && call.caller.token.value == 0 && overlap(anyone, mine);
    Json links{{"has_desk", has_desk}, {"has_pages", false}, {"pages", Json::array()}};
    const std::string_view path = call.request.path;
    if (!has_desk || (path != start_path && !path.starts_with("/admin/"))) return links;
    const auto row = row_of(path);
    links["has_pages"] = true;
    for (const auto& page : pages) {
        if (!overlap(page.who, mine)) continue;
        const auto* const current = page.path != row ? "" : path == row ? "page" : "true";
        links["pages"].push_back(
            {{"path", page.path}, {"title", page.title}, {"current", current}});
    }
    return links;
}

Result<db::Account> at_desk(const WebDeps& deps, const http::Call& call, std::string_view page) {
    const auto* const row = find_page(page);
    if (row == nullptr) return no_page;
    db::Tx tx(deps.pool);
    auto account = db::accounts::find(tx, call.me());
    if (!account) return no_page;
    // What only roster officers see stands on the roster.
    if (deps.roster == nullptr && row->who.roster_officer && !row->who.owner) return no_page;
    if (!overlap(row->who, charges_of(tx, account->id))) return no_page;
    return std::move(*account);
}

Result<db::Account> acting_at_desk(const WebDeps& deps,
                                   const http::Call& call,
                                   std::string_view page) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "a desk's form of another page"};
    return at_desk(deps, call, page);
}

void add_desk_routes(http::Router& router, const WebDeps& deps) {
    router.add(page_route("GET", start_path, http::Access::Session, deps, start));
}

std::string actor_text(db::Tx& tx, const std::string& by) {
    const auto account = db::accounts::find_by_uri(tx, by);
    return account && account->host.empty() ? "@" + account->username : by;
}

std::string shown_time(Time at) {
    auto text = format_iso8601(at).substr(0, 16) + " UTC";
    text[10] = ' ';
    return text;
}

} // namespace web
