#include "outbox/import.h"

#include "base/csv.h"
#include "db/imports.h"
#include "db/tx.h"
#include "members/sessions.h"
#include "web/page.h"
#include "web/pages.h"

#include <fmt/format.h>

#include <algorithm>

namespace web {
namespace {

const Error foreign_form{Error::Kind::Forbidden, "import form of another page"};
const Error not_found{Error::Kind::NotFound, "no such import of this member"};
constexpr int problems_shown = 50;

bool is_own_form(const WebDeps& deps, const http::Call& call) {
    return members::is_own_form(deps.instance, call.request, call.form.text("form_token"));
}

std::string address_of(db::ImportId id) {
    return "/settings/import/" + to_string(id);
}

std::string describe_state(const db::Import& import) {
    if (import.state == "preview") return "not confirmed yet";
    return import.state == "done" ? "done" : "at work";
}

Json render_import(const db::Import& import) {
    const auto* const kind = outbox::find_import_kind(import.kind);
    return {{"title", kind ? kind->title : import.kind},
            {"address", address_of(import.id)},
            {"since", format_date(import.created_at)},
            {"state", describe_state(import)}};
}

http::Response show_form(const WebDeps& deps,
                         const http::Call& call,
                         const std::string& problem,
                         int status) {
    Json kinds = Json::array();
    for (const auto& kind : outbox::import_kinds()) {
        kinds.push_back({{"name", kind.name},
                         {"title", kind.title},
                         {"is_chosen", call.form.text("kind") == kind.name}});
    }
    Json imports = Json::array();
    {
        db::Tx tx(deps.pool);
        for (const auto& import : db::imports::list(tx, call.me()))
            imports.push_back(render_import(import));
    }
    return render_page(
        deps.instance,
        call,
        {.view = "import",
         .title = problem.empty() ? "Bring your data along" : "Error: Bring your data along",
         .data = {{"kinds", std::move(kinds)},
                  {"has_imports", !imports.empty()},
                  {"imports", std::move(imports)},
                  {"most", outbox::max_import_rows},
                  {"problem", problem}},
         .status = status});
}

// GET /settings/import
Result<http::Response> ask(const WebDeps& deps, const http::Call& call) {
    return show_form(deps, call, "", 200);
}

/// The uploaded text; nothing when there is none, or too much of it.
std::optional<std::string> text_of(const http::Call& call) {
    const auto* const file = call.form.file("file");
    if (file == nullptr || file->size() == 0 || file->size() > outbox::max_import_bytes)
        return std::nullopt;
    return file->spooled ? std::string(file->part) : file->bytes;
}

// POST /settings/import: nothing happens but a preview.
Result<http::Response> upload(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto* const kind = outbox::find_import_kind(call.form.text("kind"));
    if (kind == nullptr) return show_form(deps, call, "Please say what is in the file.", 422);
    const auto text = text_of(call);
    if (!text) return show_form(deps, call, "Please choose a CSV file of at most 2 MiB.", 422);
    const auto rows = outbox::parse_import(kind->kind, deps.instance, *text);
    if (!rows) return show_form(deps, call, rows.error().shown, 422);
    db::Tx tx(deps.pool);
    const auto id = db::imports::insert(tx,
                                        {.account = call.me(),
                                         .kind = std::string(kind->name),
                                         .overwrite = call.form.text("mode") == "overwrite",
                                         .created_at = deps.now()},
                                        *rows);
    tx.commit();
    return http::redirect_response(address_of(id));
}

Json render_problems(const std::vector<db::ImportRow>& rows) {
    Json list = Json::array();
    for (const auto& row : rows) {
        list.push_back({{"line", row.line},
                        {"text", row.subject.empty() ? row.fields.front() : row.subject},
                        {"problem", row.problem}});
    }
    return list;
}

http::Response show_import(const WebDeps& deps,
                           const http::Call& call,
                           const db::Import& import,
                           const std::string& problem = "") {
    db::imports::RowCounts counts;
    std::vector<db::ImportRow> problems;
    {
        db::Tx tx(deps.pool);
        counts = db::imports::count(tx, import.id);
        problems = db::imports::list_problems(tx, import.id, problems_shown);
    }
    Json data = render_import(import);
    data["is_preview"] = import.state == "preview";
    data["may_begin"] = import.state == "preview" && counts.waiting > 0;
    data["is_at_work"] = import.state == "removing" || import.state == "working";
    data["is_done"] = import.state == "done";
    data["overwrite"] = import.overwrite;
    data["waiting"] = counts.waiting;
    data["done"] = counts.done;
    data["failed"] = counts.failed;
    data["bad"] = counts.bad;
    data["has_problems"] = !problems.empty();
    data["has_more"] = counts.failed + counts.bad > problems_shown;
    data["problems"] = render_problems(problems);
    data["problem"] = problem;
    return render_page(deps.instance,
                       call,
                       {.view = "import_progress",
                        .title = "Bring your data along",
                        .data = std::move(data),
                        .status = problem.empty() ? 200 : 422});
}

std::optional<db::Import> find_own(const WebDeps& deps, const http::Call& call) {
    const auto id = call.id<db::ImportTag>("id");
    if (!id) return std::nullopt;
    db::Tx tx(deps.pool);
    return db::imports::find_own(tx, call.me(), *id);
}

// GET /settings/import/{id}
Result<http::Response> show(const WebDeps& deps, const http::Call& call) {
    const auto import = find_own(deps, call);
    if (!import) return not_found;
    return show_import(deps, call, *import);
}

// POST /settings/import/{id}/confirm
Result<http::Response> confirm(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto import = find_own(deps, call);
    if (!import) return not_found;
    {
        db::Tx tx(deps.pool);
        if (outbox::confirm_import(tx, call.me(), import->id)) {
            tx.commit();
            return http::redirect_response(address_of(import->id));
        }
    }
    return show_import(
        deps, call, *import, "Another import is at work. Please wait until it is done.");
}

// POST /settings/import/{id}/cancel
Result<http::Response> cancel(const WebDeps& deps, const http::Call& call) {
    if (!is_own_form(deps, call)) return foreign_form;
    const auto import = find_own(deps, call);
    if (!import) return not_found;
    db::Tx tx(deps.pool);
    db::imports::remove_preview(tx, call.me(), import->id);
    tx.commit();
    return http::redirect_response("/settings/import");
}

// GET /settings/import/{id}/failures.csv: can be mended and imported again.
Result<http::Response> failures(const WebDeps& deps, const http::Call& call) {
    const auto import = find_own(deps, call);
    if (!import) return not_found;
    const auto* const kind = outbox::find_import_kind(import->kind);
    std::string text;
    if (kind != nullptr && kind->has_header) text = fmt::format("{},Problem\n", kind->header);
    db::Tx tx(deps.pool);
    const int most = static_cast<int>(outbox::max_import_rows);
    for (auto& row : db::imports::list_problems(tx, import->id, most)) {
        for (auto& field : row.fields)
            field = guard_formula(std::move(field));
        row.fields.push_back(row.problem);
        text += csv_line(row.fields);
    }
    auto response = http::text_response(std::move(text));
    response.headers.set("Content-Type", "text/csv; charset=utf-8");
    response.headers.set("Content-Disposition", "attachment; filename=\"failures.csv\"");
    response.headers.set("Cache-Control", "private, no-store");
    return response;
}

} // namespace

void add_import_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings/import", Session, deps, ask));
    router.add(page_route("POST", "/settings/import", Session, deps, upload));
    router.add(page_route("GET", "/settings/import/{id}", Session, deps, show));
    router.add(page_route("POST", "/settings/import/{id}/confirm", Session, deps, confirm));
    router.add(page_route("POST", "/settings/import/{id}/cancel", Session, deps, cancel));
    auto route = page_route("GET", "/settings/import/{id}/failures.csv", Session, deps, failures);
    route.media = http::Media::Any;
    router.add(std::move(route));
}

} // namespace web
