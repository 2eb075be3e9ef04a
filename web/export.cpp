#include "outbox/export.h"

#include "db/accounts.h"
#include "db/archives.h"
#include "db/tx.h"
#include "members/sessions.h"
#include "outbox/archive.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/taking_away.h"

#include <fmt/format.h>

#include <algorithm>

namespace web {
namespace {

const Error no_archive{Error::Kind::NotFound, "no archive", "There is no archive to download."};

std::string describe_size(std::int64_t bytes) {
    constexpr std::int64_t mega = 1'000'000;
    if (bytes < mega) return fmt::format("{} kB", (bytes + 999) / 1'000);
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / mega);
}

http::Response with_attachment(http::Response response, std::string_view file_name) {
    response.headers.set("Content-Disposition",
                         fmt::format("attachment; filename=\"{}\"", file_name));
    response.headers.set("Cache-Control", "private, no-store");
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
}

// GET /settings/export
Result<http::Response> settings(const WebDeps& deps, const http::Call& call) {
    return render_page(deps.instance,
                       call,
                       {.view = "export",
                        .title = "Take your data with you",
                        .data = describe_exports(deps, call.me())});
}

// GET /settings/export/{name}
Result<http::Response> table(const WebDeps& deps, const http::Call& call) {
    return serve_table(deps, call.me(), call.param("name"));
}

// POST /settings/export/archive
Result<http::Response> request(const WebDeps& deps, const http::Call& call) {
    if (!members::is_own_form(deps.instance, call.request, call.form.text("form_token")))
        return Error{Error::Kind::Forbidden, "export form of another page"};
    db::Tx tx(deps.pool);
    const auto requested = outbox::request_archive(tx, call.me(), deps.now());
    if (!requested) return requested.error();
    tx.commit();
    return http::redirect_response("/settings/export#archive");
}

bool is_fresh(const db::Archive& archive, Time now) {
    return !archive.file.empty() && !archive.is_waiting() &&
           now - *archive.made_at < outbox::between_archives;
}

// POST /users/{name}/export, with a token of that member (FEP-9091). 202 until an archive of today
// is made.
Result<http::Response> serve_app(const WebDeps& deps, const http::Call& call) {
    std::optional<db::Archive> archive;
    {
        db::Tx tx(deps.pool);
        const auto me = db::accounts::find(tx, call.me());
        if (!me || me->username != call.param("name"))
            return Error{Error::Kind::Forbidden, "export of somebody else"};
        archive = db::archives::find(tx, call.me());
        if (!archive || !is_fresh(*archive, deps.now())) {
            // Refused when one of today is being made: that is waited for, too.
            if (outbox::request_archive(tx, call.me(), deps.now())) tx.commit();
            http::Response response{.status = 202};
            response.headers.set("Retry-After", "60");
            return response;
        }
    }
    if (deps.archives == nullptr) return no_archive;
    auto file = deps.archives->open(archive->file);
    if (!file) return file.error();
    http::Response response;
    response.file = std::move(*file);
    response.headers.set("Content-Type", "application/x-tar");
    response.headers.set("Content-Encoding", "gzip");
    return with_attachment(std::move(response), "archive.tar");
}

// GET /settings/export/archive: the caller's own, whoever else has one.
Result<http::Response> download(const WebDeps& deps, const http::Call& call) {
    return serve_archive(deps, call.me());
}

} // namespace

Json describe_exports(const WebDeps& deps, AccountId account) {
    Json tables = Json::array();
    for (const auto& table : outbox::csv_exports())
        tables.push_back({{"name", table.file_name}, {"title", table.title}});
    std::optional<db::Archive> archive;
    {
        db::Tx tx(deps.pool);
        archive = db::archives::find(tx, account);
    }
    const bool is_old = !archive || deps.now() - archive->requested_at >= outbox::between_archives;
    Json data{
        {"tables", std::move(tables)},
        {"may_request", is_old},
        {"is_waiting", archive && archive->is_waiting() && !is_old},
        {"days", std::chrono::duration_cast<std::chrono::days>(outbox::archive_lifetime).count()}};
    if (archive && !archive->file.empty()) {
        data["archive_size"] = describe_size(archive->bytes);
        data["archive_made"] = archive->made_at ? format_date(*archive->made_at) : "";
    }
    return data;
}

Result<http::Response> serve_table(const WebDeps& deps, AccountId account, std::string_view name) {
    const auto tables = outbox::csv_exports();
    const auto found = std::ranges::find(tables, name, &outbox::CsvExport::file_name);
    if (found == tables.end()) return Error{Error::Kind::NotFound, "no such table"};
    db::Tx tx(deps.pool);
    auto response = http::text_response(found->render(tx, deps.instance, account));
    response.headers.set("Content-Type", "text/csv; charset=utf-8");
    return with_attachment(std::move(response), found->file_name);
}

Result<http::Response> serve_archive(const WebDeps& deps, AccountId account) {
    if (deps.archives == nullptr) return no_archive;
    std::optional<db::Archive> archive;
    {
        db::Tx tx(deps.pool);
        archive = db::archives::find(tx, account);
    }
    if (!archive || archive->file.empty()) return no_archive;
    auto file = deps.archives->open(archive->file);
    if (!file) return file.error();
    http::Response response;
    response.file = std::move(*file);
    response.headers.set("Content-Type", "application/gzip");
    return with_attachment(std::move(response), "archive.tar.gz");
}

void add_export_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/settings/export", Session, deps, settings));
    router.add(page_route("GET", "/settings/export/archive", Session, deps, download));
    router.add(page_route("POST", "/settings/export/archive", Session, deps, request));
    http::Route for_apps{
        .method = "POST", .pattern = "/users/{name}/export", .access = Token, .scope = "read"};
    for_apps.handler = [&deps](const http::Call& call) { return serve_app(deps, call); };
    router.add(std::move(for_apps));
    // No page: browsers ask for whatever they want to save.
    auto route = page_route("GET", "/settings/export/{name}", Session, deps, table);
    route.media = http::Media::Any;
    router.add(std::move(route));
}

} // namespace web
