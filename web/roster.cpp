#include "db/audit_log.h"
#include "educators/plan_json.h"
#include "educators/rest_source.h"
#include "educators/reviews.h"
#include "outbox/approvals.h"
#include "outbox/hard_acts.h"
#include "web/acting.h"
#include "web/confirm_password.h"
#include "web/desk.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

#include <array>

/// The roster's pages, for the owner and roster officers.
namespace web {
namespace {

using educators::Severity;

constexpr auto own_page = "/admin/roster";
constexpr auto reviews_page = "/admin/roster/reviews";

std::string page_of(db::ImportId id) {
    return "/admin/roster/imports/" + to_string(id);
}

std::string state_text(const db::RosterImport& import) {
    if (import.state == "applied") return "applied";
    if (import.state == "refused") return "refused";
    if (import.state == "rejected") return "rejected";
    return import.why == "shrink" ? "waits: it loses many educators" : "waits for you";
}

Json render_import(const db::RosterImport& import) {
    return {{"url", page_of(import.id)},
            {"name", import.name.empty() ? "package" : import.name},
            {"at", format_iso8601(import.at)},
            {"day", format_date(import.at)},
            {"source", import.source == "rest" ? "roster service" : import.source},
            {"state", state_text(import)}};
}

// GET /admin/roster
Result<http::Response> overview(const WebDeps& deps, const http::Call& call) {
    const auto officer = at_desk(deps, call, own_page);
    if (!officer) return officer.error();
    const auto& settings = deps.roster->settings;
    constexpr int most = 20;
    db::Tx tx(deps.pool);
    Json imports = Json::array();
    for (const auto& import : db::roster_imports::list(tx, most))
        imports.push_back(render_import(import));
    const auto counts = db::roster_people::count(tx);
    const auto others = db::roster_others::count(tx);
    return render_page(deps.instance,
                       call,
                       {.view = "roster",
                        .title = "Roster",
                        .data = {{"educators", std::to_string(counts.educators)},
                                 {"disabled", std::to_string(counts.disabled)},
                                 {"in_review", std::to_string(counts.in_review)},
                                 {"has_reviews", counts.in_review > 0},
                                 {"bound", std::to_string(counts.bound)},
                                 {"students", std::to_string(others.students)},
                                 {"families", std::to_string(others.families)},
                                 {"service", settings.service_host},
                                 {"reads_students", settings.service_reads_students},
                                 {"is_asked", educators::is_pull_requested(tx, officer->uri)},
                                 {"has_imports", !imports.empty()},
                                 {"imports", imports},
                                 {"problem", ""}}});
}

/// The uploaded bytes, wherever they lie.
std::string bytes_of(const http::UploadedFile& file) {
    return file.spooled ? std::string(file.part) : file.bytes;
}

// POST /admin/roster
Result<http::Response> upload(const WebDeps& deps, const http::Call& call) {
    const auto officer = acting_at_desk(deps, call, own_page);
    if (!officer) return officer.error();
    const auto* const file = call.form.file("package");
    if (file == nullptr || file->size() == 0) {
        return Error{Error::Kind::Unprocessable,
                     "no roster file",
                     "No file came with the form. Go back and choose the ZIP of your roster."};
    }
    educators::Findings findings;
    const auto files = educators::open_zip(bytes_of(*file), findings);
    const auto report =
        educators::run_import(*deps.roster,
                              files,
                              std::move(findings),
                              {.mode = educators::ImportMode::Preview,
                               .lenient_headers = call.form.flag_or("lenient", false),
                               .now = deps.now(),
                               .source = "page",
                               .name = "upload",
                               .actor = officer->uri});
    return http::redirect_response(page_of(report.id));
}

// POST /admin/roster/pull: asks the service; what comes of it waits among the imports.
Result<http::Response> pull(const WebDeps& deps, const http::Call& call) {
    const auto officer = acting_at_desk(deps, call, own_page);
    if (!officer) return officer.error();
    if (deps.roster->settings.service_host.empty())
        return Error{Error::Kind::NotFound, "no roster service"};
    db::Tx tx(deps.pool);
    if (educators::request_pull(tx, officer->uri)) {
        db::audit_log::insert(tx,
                              {.actor = officer->uri,
                               .act = "roster.asked",
                               .subject = deps.roster->settings.service_host});
    }
    tx.commit();
    return http::redirect_response(own_page);
}

Json render_findings(const Json& stored) {
    Json groups = Json::array();
    constexpr std::array<std::pair<Severity, const char*>, 4> headings{
        {{Severity::Refusal, "Why the package is refused"},
         {Severity::Error, "Rows that change nothing"},
         {Severity::Warning, "To mend in the export"},
         {Severity::Note, "Notes"}}};
    for (const auto& [severity, heading] : headings) {
        Json lines = Json::array();
        for (const auto& entry : stored) {
            const educators::Finding finding{.code = entry.at("code"),
                                             .file = entry.at("file"),
                                             .line = entry.at("line"),
                                             .column = entry.at("column"),
                                             .id = entry.value("id", "")};
            if (educators::kind_of(finding.code).severity == severity)
                lines.push_back(educators::describe(finding));
        }
        if (!lines.empty())
            groups.push_back(
                {{"heading", heading}, {"count", lines.size()}, {"lines", std::move(lines)}});
    }
    return groups;
}

std::string step_text(const educators::Change& change) {
    const auto& is = change.after.state;
    if (is == change.before.state) return "changes";
    if (is == "educator") return "becomes an educator";
    if (is == "removed") return "leaves";
    if (is == "disabled") return "is disabled";
    if (is == "review") return "waits for review";
    return "comes later";
}

Json render_changes(const educators::Plan& plan) {
    constexpr std::size_t most = 500;
    Json rows = Json::array();
    for (const auto& change : plan.changes) {
        if (rows.size() == most) break;
        rows.push_back({{"id", change.after.sourced_id},
                        {"name", educators::shown_name(change.after)},
                        {"step", step_text(change)}});
    }
    return rows;
}

Json render_counts(const Json& counts) {
    Json rows = Json::array();
    for (const auto* name :
         {"educator", "disabled", "review", "ignored", "removed", "error", "students", "families"})
        rows.push_back({{"name", name}, {"count", std::to_string(counts.value(name, 0))}});
    return rows;
}

/// Whether a second person has to say yes before they may apply it.
bool is_second_missing(db::Tx& tx,
                       const outbox::Acting& acting,
                       const db::RosterImport& import,
                       const std::string& by) {
    return outbox::needs_second(tx, import, by, acting.now) &&
           !outbox::find_grant_about(
               tx, acting, outbox::roster_kind, outbox::roster_subject(import));
}

Result<http::Response> render_one(const WebDeps& deps,
                                  const http::Call& call,
                                  db::ImportId id,
                                  const std::string& officer,
                                  const Problem& problem = {}) {
    db::Tx tx(deps.pool);
    const auto import = db::roster_imports::find(tx, id);
    if (!import) return Error{Error::Kind::NotFound, "no such import"};
    auto data = render_import(*import);
    data["counts"] = render_counts(import->counts);
    data["findings"] = render_findings(import->findings);
    data["waits"] = import->state == "waiting";
    data["shrinks"] = import->why == "shrink";
    data["lost"] = std::to_string(import->counts.value("lost", 0));
    data["held"] = std::to_string(import->counts.value("held", 0));
    data["decided_by"] = import->decided_by;
    data["problem"] = problem.text;
    data["needs_second"] = import->state == "waiting" &&
                           is_second_missing(tx, acting_for(deps, call), *import, officer);
    if (import->state == "waiting") {
        const auto plan = educators::read_plan(import->package);
        data["changes"] = render_changes(plan);
        data["has_changes"] = !plan.changes.empty();
        data["change_count"] = std::to_string(plan.changes.size());
    }
    return render_page(deps.instance,
                       call,
                       {.view = "roster_import",
                        .title = problem.text.empty() ? "Roster import" : "Error: Roster import",
                        .data = data,
                        .status = problem.status});
}

// GET /admin/roster/imports/{id}
Result<http::Response> show_import(const WebDeps& deps, const http::Call& call) {
    const auto officer = at_desk(deps, call, own_page);
    if (!officer) return officer.error();
    const auto id = call.id<db::ImportTag>("id");
    if (!id) return id.error();
    return render_one(deps, call, *id, officer->uri);
}

/// Asks for a second person where one is needed, and says so. Errors: of what was asked.
Result<bool> was_asked(const WebDeps& deps,
                       const http::Call& call,
                       db::ImportId id,
                       const std::string& officer) {
    db::Tx tx(deps.pool);
    const auto acting = acting_for(deps, call);
    const auto import = db::roster_imports::find(tx, id);
    if (!import || import->state != "waiting") return false;
    if (!is_second_missing(tx, acting, *import, officer)) return false;
    const auto asked = outbox::ask_to_apply(tx, acting, *import, call.form.text("reason"));
    if (!asked) return asked.error();
    tx.commit();
    return true;
}

// POST /admin/roster/imports/{id}/apply
Result<http::Response> apply_import(const WebDeps& deps, const http::Call& call) {
    const auto officer = acting_at_desk(deps, call, own_page);
    if (!officer) return officer.error();
    const auto id = call.id<db::ImportTag>("id");
    if (!id) return id.error();
    const auto asked = was_asked(deps, call, *id, officer->uri);
    if (!asked)
        return render_one(deps, call, *id, officer->uri, problem_of(asked.error(), "reason"));
    if (*asked) return http::redirect_response("/admin/approvals");
    const auto changed = educators::release_import(*deps.roster, *id, officer->uri, deps.now());
    if (!changed) return changed.error();
    return http::redirect_response(page_of(*id));
}

// POST /admin/roster/imports/{id}/reject
Result<http::Response> reject_import(const WebDeps& deps, const http::Call& call) {
    const auto officer = acting_at_desk(deps, call, own_page);
    if (!officer) return officer.error();
    const auto id = call.id<db::ImportTag>("id");
    if (!id) return id.error();
    const auto done = educators::reject_import(*deps.roster, *id, officer->uri, deps.now());
    if (!done) return done.error();
    return http::redirect_response(own_page);
}

// GET /admin/roster/reviews
Result<http::Response> reviews(const WebDeps& deps, const http::Call& call) {
    if (const auto officer = at_desk(deps, call, reviews_page); !officer) return officer.error();
    constexpr int most = 200;
    db::Tx tx(deps.pool);
    Json rows = Json::array();
    for (const auto& person : db::roster_people::list_in_state(tx, "review", most)) {
        if (!person.decision.empty()) continue;
        Json reasons = Json::array();
        for (const auto& reason : person.reasons)
            reasons.push_back(std::string(educators::explain_reason(reason)));
        const auto name = educators::shown_name(person);
        rows.push_back({{"id", to_string(person.id)},
                        {"name", name.empty() ? person.sourced_id : name},
                        {"sourced_id", person.sourced_id},
                        {"email", person.email},
                        {"reasons", reasons},
                        {"may_accept", !person.is_twice}});
    }
    return render_page(deps.instance,
                       call,
                       {.view = "roster_reviews",
                        .title = "Roster reviews",
                        .data = {{"has_people", !rows.empty()}, {"people", rows}}});
}

Result<http::Response> decide(const WebDeps& deps,
                              const http::Call& call,
                              educators::Decision decision) {
    const auto officer = acting_at_desk(deps, call, reviews_page);
    if (!officer) return officer.error();
    const auto id = call.id<db::PersonTag>("id");
    if (!id) return id.error();
    if (decision == educators::Decision::Accepted) {
        db::Tx tx(deps.pool, db::Durability::PerStatement);
        const auto may = outbox::check_review(tx, officer->uri, deps.now());
        if (!may) return may.error();
    }
    const auto decided =
        educators::decide_review(*deps.roster, *id, decision, officer->uri, deps.now());
    if (!decided) return decided.error();
    return http::redirect_response(reviews_page);
}

// POST /admin/roster/reviews/{id}/accept
Result<http::Response> accept(const WebDeps& deps, const http::Call& call) {
    return decide(deps, call, educators::Decision::Accepted);
}

// POST /admin/roster/reviews/{id}/refuse
Result<http::Response> refuse(const WebDeps& deps, const http::Call& call) {
    return decide(deps, call, educators::Decision::Refused);
}

} // namespace

void add_roster_routes(http::Router& router, const WebDeps& deps) {
    add_member_pages(router,
                     deps,
                     {{"GET", own_page, overview},
                      {"POST", own_page, upload},
                      {"POST", "/admin/roster/pull", pull},
                      {"GET", "/admin/roster/imports/{id}", show_import},
                      {"POST", "/admin/roster/imports/{id}/apply", apply_import},
                      {"POST", "/admin/roster/imports/{id}/reject", reject_import},
                      {"GET", reviews_page, reviews},
                      {"POST", "/admin/roster/reviews/{id}/accept", accept},
                      {"POST", "/admin/roster/reviews/{id}/refuse", refuse}});
}

} // namespace web
