#include "base/text.h"
#include "db/audit_chain.h"
#include "members/throttle.h"
#include "moderation/audit_chain.h"
#include "web/audit_reader.h"
#include "web/desk.h"
#include "web/desk_list.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

/// The record as a page: searched, checked, and taken away as lines that anybody can check.
namespace web {
namespace {

namespace chain = db::audit_chain;

constexpr auto own_page = "/admin/audit";
constexpr auto export_page = "/admin/audit/lines.jsonl";
constexpr int lines_in_a_file = 20'000;
constexpr members::Throttle::Limit verified_often{"audit-verify", 6, std::chrono::minutes{60}};

/// "@ada" or "ada" is written as their uri in the record.
std::string actor_uri(db::Tx& tx, std::string typed) {
    const bool is_name = typed.starts_with('@');
    const auto account =
        is_name ? db::accounts::find_by_handle(tx, typed.substr(1), "") : std::nullopt;
    return account ? account->uri : typed;
}

std::string typed(const http::Form& form, const char* name) {
    return std::string(trim(form.text(name)));
}

Json render_lines(db::Tx& tx, const std::vector<chain::Line>& lines, const AuditReader& reader) {
    Json rows = Json::array();
    for (const auto& line : lines) {
        if (!reader.may_see(line.act, line.subject)) continue;
        rows.push_back({{"number", line.number == 0 ? "not yet" : std::to_string(line.number)},
                        {"at", line.at.substr(0, 10) + " " + line.at.substr(11, 8)},
                        {"actor", actor_text(tx, line.actor)},
                        {"act", line.act},
                        {"subject", actor_text(tx, line.subject)},
                        {"verdict", line.verdict},
                        {"filter", line.filter},
                        {"reason", line.reason},
                        {"details", line.details == "{}" ? "" : line.details},
                        {"hash", line.hash}});
    }
    return rows;
}

/// How far the chain reaches, and who could contradict it.
Json render_state(db::Tx& tx) {
    const auto head = chain::head(tx);
    const auto own = chain::list_own(tx, 1);
    Json state{{"lines", std::to_string(head.number)}, {"hash", head.hash}};
    if (!own.empty()) {
        std::string hosts;
        for (const auto& host : own.front().sent_to)
            hosts += (hosts.empty() ? "" : ", ") + host;
        state["checkpoint"] = {{"at", shown_time(own.front().at)},
                               {"line", std::to_string(own.front().number)},
                               {"hosts", hosts}};
    }
    Json files = Json::array();
    for (std::int64_t first = 1; first <= head.number; first += lines_in_a_file) {
        const auto last = std::min(first + lines_in_a_file - 1, head.number);
        files.push_back({{"url", link_to(export_page, {{"first", std::to_string(first)}})},
                         {"first", std::to_string(first)},
                         {"last", std::to_string(last)}});
    }
    state["has_files"] = !files.empty();
    state["files"] = files;
    return state;
}

Json render_report(const moderation::ChainReport& report) {
    Json faults = Json::array();
    for (const auto& fault : report.faults)
        faults.push_back(fault.what);
    return {{"is_good", faults.empty()},
            {"faults", faults},
            {"lines", std::to_string(report.lines)},
            {"compared", std::to_string(report.compared)}};
}

Result<http::Response> show(const WebDeps& deps,
                            const http::Call& call,
                            const db::Account& me,
                            const Json& report) {
    const auto& form = call.form;
    const auto since = parse_iso8601(typed(form, "since"));
    const auto until = parse_iso8601(typed(form, "until"));
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    chain::Search search{.actor = actor_uri(tx, typed(form, "actor")),
                         .act = typed(form, "act"),
                         .subject = actor_uri(tx, typed(form, "subject")),
                         .since = since,
                         .below = parse_id(form.text("below")).value_or(0),
                         .limit = desk_rows + 1};
    if (until) search.until = *until + std::chrono::hours{24}; // The day is one of them.
    auto lines = chain::search(tx, search);
    const bool is_more = cut_to_page(lines);
    const auto rows = render_lines(tx, lines, audit_reader(tx, me));
    return render_page(deps.instance,
                       call,
                       {.view = "audit",
                        .title = "Record",
                        .data = {{"actor", typed(form, "actor")},
                                 {"act", search.act},
                                 {"subject", typed(form, "subject")},
                                 {"since", since ? format_date(*since) : ""},
                                 {"until", until ? format_date(*until) : ""},
                                 {"state", render_state(tx)},
                                 {"report", report},
                                 {"has_lines", !rows.empty()},
                                 {"lines", rows},
                                 {"next",
                                  is_more ? link_to(own_page,
                                                    {{"actor", typed(form, "actor")},
                                                     {"act", search.act},
                                                     {"subject", typed(form, "subject")},
                                                     {"since", since ? format_date(*since) : ""},
                                                     {"until", until ? format_date(*until) : ""},
                                                     {"below", std::to_string(lines.back().id)}})
                                          : ""}}});
}

// GET /admin/audit
Result<http::Response> list(const WebDeps& deps, const http::Call& call) {
    const auto me = at_desk(deps, call, own_page);
    if (!me) return me.error();
    return show(deps, call, *me, nullptr);
}

// POST /admin/audit/verify: reads every line, so not as often as somebody likes.
Result<http::Response> verify(const WebDeps& deps, const http::Call& call) {
    const auto me = acting_at_desk(deps, call, own_page);
    if (!me) return me.error();
    if (!deps.throttle.count(verified_often, "all", deps.now())) {
        return Error{Error::Kind::RateLimited,
                     "audit verify",
                     "The record was checked often in this hour. Please wait a while."};
    }
    return show(
        deps, call, *me, render_report(moderation::verify_audit_log(deps.pool, {}, deps.now())));
}

/// A line without what it says: its hash stays, so that the lines around it can be checked.
std::string withheld_line(const chain::Line& line) {
    return dump_json({{"line", line.number}, {"hash", line.hash}, {"withheld", true}});
}

// GET /admin/audit/lines.jsonl?first=1
Result<http::Response> download(const WebDeps& deps, const http::Call& call) {
    const auto me = at_desk(deps, call, own_page);
    if (!me) return me.error();
    const auto first = std::max<std::int64_t>(call.form.number("first").value_or(1), 1);
    std::string body;
    db::Tx tx(deps.pool, db::Durability::PerStatement);
    const auto reader = audit_reader(tx, *me);
    for (const auto& line : chain::list_after(tx, first - 1, lines_in_a_file))
        body += (reader.may_see(line.act, line.subject) ? moderation::export_line(line)
                                                        : withheld_line(line)) +
                "\n";
    http::Response response;
    response.body = std::move(body);
    response.headers.set("Content-Type", "application/x-ndjson; charset=utf-8");
    response.headers.set("Content-Disposition",
                         fmt::format("attachment; filename=\"record-{}.jsonl\"", first));
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

} // namespace

void add_audit_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, list},
                      {"POST", "/admin/audit/verify", verify},
                      {"GET", export_page, download}});
}

} // namespace web
