#include "app/source.h"

#include "base/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>

namespace app {
namespace {

namespace fs = std::filesystem;
constexpr auto archive_name = "staffroom-source.tar.gz";

Result<http::Response> send(const std::string& archive) {
    auto file = std::make_shared<Descriptor>(::open(archive.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat state {};
    if (archive.empty() || !*file || ::fstat(file->get(), &state) != 0) {
        return Error{.kind = Error::Kind::NotFound,
                     .detail = "source: no archive",
                     .shown = "The source is not here; ask whoever runs this server for it."};
    }
    http::Response response;
    response.headers.add("Content-Type", "application/gzip");
    response.headers.add(
        "Content-Disposition",
        fmt::format("attachment; filename=\"staffroom-{}-source.tar.gz\"", STAFFROOM_VERSION));
    response.headers.add("Cache-Control", "public, max-age=3600");
    response.file =
        http::FilePart{.file = std::move(file), .size = static_cast<std::uint64_t>(state.st_size)};
    return response;
}

} // namespace

std::string find_source_archive() {
    std::error_code failure;
    const auto folder = fs::read_symlink("/proc/self/exe", failure).parent_path();
    for (const auto& place :
         {folder / archive_name, folder.parent_path() / "share" / "staffroom" / archive_name})
        if (!failure && fs::is_regular_file(place, failure)) return place.string();
    return {};
}

void add_source_route(http::Router& router, const std::string& archive, const std::string& url) {
    router.add({.method = "GET",
                .pattern = "/source",
                .access = http::Access::Anyone,
                .handler = [archive, url](const http::Call&) -> Result<http::Response> {
                    if (!url.empty()) return http::redirect_response(url);
                    return send(archive);
                }});
}

} // namespace app
