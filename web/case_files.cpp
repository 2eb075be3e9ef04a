#include "web/case_files.h"

#include "db/case_files.h"
#include "db/cases.h"
#include "media/processed.h"
#include "web/desk.h"

namespace web {
namespace {

constexpr auto own_page = "/admin/reports";
// As it is opened by itself, it may show itself and run nothing.
constexpr auto policy = "default-src 'none'; img-src 'self'; media-src 'self'; "
                        "style-src 'unsafe-inline'; sandbox";

Result<http::Response> send(const CaseFilePages& deps, const http::Call& call) {
    const Error no_file{Error::Kind::NotFound, "no such file of a case"};
    const auto me = at_desk(deps.pages, call, own_page);
    if (!me) return me.error();
    const auto id = call.id<db::CaseTag>("id");
    const auto media = call.id<MediaTag>("file");
    if (!id || !media) return no_file;
    std::optional<db::CaseFile> found;
    {
        db::Tx tx(deps.pages.pool, db::Durability::PerStatement);
        const auto one = db::cases::find(tx, *id);
        if (!one || one->target == me->id) return no_file;
        found = db::case_files::find(tx, *id, *media);
    }
    if (!found || found->file.empty()) return no_file;
    const auto media_type = media::media_type_of(found->file);
    if (media_type.empty()) return no_file;
    auto file = deps.store.open(found->file);
    if (!file) return file.error();
    http::Response response;
    response.headers.add("Content-Type", std::string(media_type));
    response.headers.add("Content-Disposition", "inline");
    response.headers.add("Content-Security-Policy", policy);
    response.headers.add("Cache-Control", "private, no-store");
    response.file = std::move(*file);
    return response;
}

} // namespace

void add_case_file_routes(http::Router& router, const CaseFilePages& deps) {
    router.add({.method = "GET",
                .pattern = std::string(own_page) + "/{id}/files/{file}",
                .access = http::Access::Session,
                .handler = [&deps](const http::Call& call) { return send(deps, call); }});
}

} // namespace web
