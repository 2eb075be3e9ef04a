#include "base/html.h"
#include "base/text.h"
#include "db/case_files.h"
#include "moderation/policy_comparison.h"
#include "outbox/cases.h"
#include "web/acting.h"
#include "web/case_forms.h"
#include "web/desk.h"
#include "web/desk_list.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/report_pages.h"

#include <algorithm>
#include <array>

/// Reports, gathered to cases: the list by deadline, and what is known of one.
namespace web {
namespace {

constexpr auto own_page = "/admin/reports";
constexpr std::int64_t last_page = 200;
constexpr std::chrono::hours looked_back{90 * 24};

struct StateName {
    std::string_view name;
    std::string_view title;
    db::cases::State state;
};
constexpr std::array<StateName, 4> states{{
    {"open", "Open", db::cases::State::Open},
    {"late", "Late", db::cases::State::Late},
    {"forwarded", "Sent on", db::cases::State::Forwarded},
    {"closed", "Decided", db::cases::State::Closed},
}};

const StateName& state_of(const http::Form& form) {
    for (const auto& state : states) {
        if (state.name == form.text("state")) return state;
    }
    return states.front();
}

std::string handle_of(db::Tx& tx, AccountId id) {
    const auto account = id ? db::accounts::find(tx, id) : std::nullopt;
    return account ? "@" + account->acct() : "";
}

std::string maybe_time(const std::optional<Time>& at) {
    return at ? shown_time(*at) : "";
}

Json render_head(db::Tx& tx, const db::Case& one, Time now) {
    return {{"id", to_string(one.id)},
            {"target", handle_of(tx, one.target)},
            {"reporters", std::to_string(one.reporters)},
            {"is_one", one.reporters == 1},
            {"is_urgent", one.urgent},
            {"is_late", one.is_late(now)},
            {"is_open", !one.closed_at},
            {"opened", shown_time(one.opened_at)},
            {"decide_by", shown_time(one.decide_by)},
            {"acknowledge_by", one.acknowledged_at ? "" : shown_time(one.acknowledge_by)},
            {"assigned", handle_of(tx, one.assigned)},
            {"closed", maybe_time(one.closed_at)},
            {"closed_by", handle_of(tx, one.closed_by)},
            {"outcome", federation::outcome_text(one.outcome)},
            {"note", one.note},
            {"forwarded", maybe_time(one.forwarded_at)},
            {"peer_host", one.peer_host},
            {"has_peer_case", !one.peer_case_uri.empty()},
            {"is_peer_late", one.is_peer_late(now)},
            {"peer_acknowledge_by",
             one.peer_case_uri.empty() ? maybe_time(one.peer_acknowledge_by) : ""},
            {"peer_decide_by", one.peer_decided_at ? "" : maybe_time(one.peer_decide_by)},
            {"peer_decided", maybe_time(one.peer_decided_at)},
            {"peer_outcome", federation::outcome_text(one.peer_outcome)},
            {"peer_note", one.peer_note}};
}

Json render_states(const StateName& chosen) {
    Json rows = Json::array();
    for (const auto& state : states) {
        rows.push_back({{"title", state.title},
                        {"url", link_to(own_page, {{"state", std::string(state.name)}})},
                        {"current", state.name == chosen.name}});
    }
    return rows;
}

Json render_breaks(db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& days : db::cases::list_breaks(tx))
        rows.push_back({{"first", days.first_day}, {"last", days.last_day}});
    return rows;
}

/// Twice is for the register's panel; nothing follows by itself (POLICY section 3).
Json render_misses(db::Tx& tx, Time now) {
    constexpr int most = 20;
    Json rows = Json::array();
    for (const auto& misses : db::cases::list_peer_misses(tx, now - looked_back, now, most)) {
        rows.push_back({{"host", misses.host},
                        {"count", std::to_string(misses.count)},
                        {"is_once", misses.count == 1}});
    }
    return rows;
}

Json render_clauses() {
    Json rows = Json::array();
    for (const auto& clause : moderation::known_clauses())
        rows.push_back({{"id", clause.id}, {"text", clause.text}});
    return rows;
}

// GET /admin/reports
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    const auto me = at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto& state = state_of(call.form);
    const auto page = std::clamp<std::int64_t>(call.form.number("page").value_or(0), 0, last_page);
    const Time now = deps.now();
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    auto cases =
        db::cases::list(tx, state.state, now, desk_rows + 1, static_cast<int>(page) * desk_rows);
    const bool is_more = cut_to_page(cases) && page < last_page;
    Json rows = Json::array();
    for (const auto& one : cases) {
        // Who is reported does not see by whom, nor how many.
        if (one.target != me->id) rows.push_back(render_head(tx, one, now));
    }
    const auto next =
        is_more ? link_to(own_page,
                          {{"state", std::string(state.name)}, {"page", std::to_string(page + 1)}})
                : "";
    const auto breaks = render_breaks(tx);
    const auto misses = render_misses(tx, now);
    return render_page(
        deps.instance,
        call,
        {.view = "reports",
         .title = "Reports",
         .data = {
             {"states", render_states(state)},
             {"has_cases", !rows.empty()},
             {"cases", rows},
             {"missed", std::to_string(db::cases::count_late_since(tx, now - looked_back, now))},
             {"has_misses", !misses.empty()},
             {"misses", misses},
             {"has_breaks", !breaks.empty()},
             {"breaks", breaks},
             {"next", next}}});
}

std::string first_words(const std::string& text) {
    constexpr std::size_t most = 60;
    return clean_text(text, most, Lines::Join);
}

Json render_files(const std::vector<db::CaseFile>& files, const db::CasePost& post) {
    Json rows = Json::array();
    for (const auto& file : files) {
        if (file.status != post.status) continue;
        rows.push_back({{"media", to_string(file.media)},
                        {"number", std::to_string(rows.size() + 1)},
                        {"is_there", !file.file.empty()},
                        {"description", file.description}});
    }
    return rows;
}

Json render_posts(db::Tx& tx, db::CaseId id) {
    Json rows = Json::array();
    const auto files = db::case_files::list(tx, id);
    for (const auto& post : db::cases::list_posts(tx, id)) {
        const auto text = html_to_text(post.content);
        rows.push_back({{"uri", post.uri},
                        {"warning", post.spoiler_text},
                        {"text", text},
                        {"start", first_words(text)},
                        {"visibility", post.visibility},
                        {"post", to_string(post.status)},
                        {"case", to_string(id)},
                        {"media", post.media == 0 ? "" : std::to_string(post.media)},
                        {"files", render_files(files, post)},
                        {"written", shown_time(post.written_at)},
                        {"is_gone", post.is_gone},
                        {"is_edited", post.is_edited}});
    }
    return rows;
}

Json render_reports(const std::vector<db::Report>& reports, db::Tx& tx) {
    Json rows = Json::array();
    for (const auto& report : reports) {
        rows.push_back(
            {{"by", report.host.empty() ? handle_of(tx, report.reporter) : report.host},
             {"is_server", !report.host.empty()},
             {"at", shown_time(report.created_at)},
             {"category", report.category},
             {"clause", report.clause.empty() ? "" : moderation::clause_text(report.clause)},
             {"sender_case", report.sender_case},
             {"content_kept", report.content_kept},
             {"asks_forward", report.asks_forward},
             {"comment", report.comment}});
    }
    return rows;
}

Json render_notes(db::Tx& tx, db::CaseId id) {
    Json rows = Json::array();
    for (const auto& note : db::cases::list_notes(tx, id)) {
        rows.push_back({{"by", handle_of(tx, note.author)},
                        {"at", shown_time(note.created_at)},
                        {"text", note.text}});
    }
    return rows;
}

Json render_earlier(db::Tx& tx, const db::Case& one, Time now) {
    constexpr int most = 10;
    Json rows = Json::array();
    for (const auto& other : db::cases::list_about(tx, one.target, one.id, most))
        rows.push_back(render_head(tx, other, now));
    return rows;
}

http::Response show(const WebDeps& deps,
                    const http::Call& call,
                    const db::Account& me,
                    const db::Case& one,
                    const std::string& problem) {
    constexpr int most = 50;
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    auto data = render_head(tx, one, deps.now());
    const auto target = db::accounts::find(tx, one.target);
    const auto reports = db::reports::list_of_case(tx, one.id, most);
    const auto posts = render_posts(tx, one.id);
    const auto notes = render_notes(tx, one.id);
    const auto earlier = render_earlier(tx, one, deps.now());
    data["problem"] = problem;
    data["is_ours"] = target && target->is_local();
    data["may_forward"] = target && !target->is_local() && !one.forwarded_at;
    data["is_mine"] = one.assigned == me.id;
    data["host"] = target ? target->host : "";
    data["clauses"] = render_clauses();
    data["suggested"] = reports.empty() ? "" : reports.front().comment;
    data["reports"] = render_reports(reports, tx);
    data["has_posts"] = !posts.empty();
    data["has_standing_posts"] =
        std::ranges::any_of(posts, [](const Json& post) { return !post["is_gone"].get<bool>(); });
    data["posts"] = posts;
    data["has_notes"] = !notes.empty();
    data["notes"] = notes;
    data["has_earlier"] = !earlier.empty();
    data["earlier"] = earlier;
    const auto title = "Reports about " + data["target"].get<std::string>();
    return render_page(deps.instance,
                       call,
                       {.view = "report_case",
                        .title = problem.empty() ? title : "Error: " + title,
                        .data = std::move(data),
                        .status = problem.empty() ? 200 : 422});
}

Result<db::Case> find_case(const WebDeps& deps, const http::Call& call, AccountId me) {
    const Error no_case{Error::Kind::NotFound, "no such case", "There is no such case for you."};
    const auto id = call.id<db::CaseTag>("id");
    if (!id) return no_case;
    db::Tx tx(deps.pool);
    auto one = db::cases::find(tx, *id);
    if (!one || one->target == me) return no_case;
    return std::move(*one);
}

// GET /admin/reports/{id}
Result<http::Response> show_case(const WebDeps& deps, const http::Call& call) {
    const auto me = at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto one = find_case(deps, call, me->id);
    if (!one) return one.error();
    return show(deps, call, *me, *one, "");
}

// POST /admin/reports/{id}
Result<http::Response> change_case(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto one = find_case(deps, call, me->id);
    if (!one) return one.error();
    std::string problem;
    {
        db::Tx tx(deps.pool);
        const auto done = apply_case_form(tx, acting_for(deps, call), *one, call.form);
        if (done) tx.commit();
        if (!done)
            problem = done.error().shown.empty() ? "This cannot be done." : done.error().shown;
    }
    if (!problem.empty()) return show(deps, call, *me, *one, problem);
    return http::redirect_response(std::string(own_page) + "/" + to_string(one->id));
}

// POST /admin/reports
Result<http::Response> change_breaks(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    db::Tx tx(deps.pool);
    const auto done = apply_break_form(tx, acting_for(deps, call), call.form);
    if (!done) return done.error();
    tx.commit();
    return http::redirect_response(own_page);
}

} // namespace

void add_report_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", own_page, change_breaks},
                      {"GET", "/admin/reports/{id}", show_case},
                      {"POST", "/admin/reports/{id}", change_case}});
}

} // namespace web
