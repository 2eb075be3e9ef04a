#include "media/store.h"

#include "base/crypto.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace media {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t name_digits = 32;

Error unavailable(std::string detail) {
    return {.kind = Error::Kind::Unavailable, .detail = std::move(detail)};
}

bool sync_folder(const fs::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return opened && ::fsync(opened.get()) == 0;
}

} // namespace

std::string new_name(std::string_view extension) {
    const auto digits = crypto::hex(crypto::random_bytes(name_digits / 2));
    const auto* dot = extension.empty() ? "" : ".";
    return fmt::format("{}/{}{}{}", digits.substr(0, 2), digits, dot, extension);
}

bool is_name(std::string_view name) {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (name.size() < 3 + name_digits || name.size() > 3 + name_digits + 5 || name[2] != '/')
        return false;
    const auto digits = name.substr(3, name_digits);
    const auto rest = name.substr(3 + name_digits);
    const bool has_extension =
        rest.size() > 1 && rest.front() == '.' && std::ranges::all_of(rest.substr(1), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        });
    return std::ranges::all_of(digits, is_digit) && digits.starts_with(name.substr(0, 2)) &&
           (rest.empty() || has_extension);
}

std::uint64_t free_bytes(const std::string& path) {
    struct statvfs state {};
    if (::statvfs(path.c_str(), &state) != 0) return 0;
    return static_cast<std::uint64_t>(state.f_bavail) * state.f_frsize;
}

DiskStore::DiskStore(std::string folder, std::uint64_t reserve_bytes)
    : folder_(std::move(folder)), reserve_bytes_(reserve_bytes) {
    fs::create_directories(folder_);
    fs::permissions(folder_, fs::perms::owner_all);
}

Result<Done> DiskStore::put(const std::string& name, const WriteContents& write) {
    if (!is_name(name)) return unavailable("media: no name of a file");
    if (free_bytes(folder_) < reserve_bytes_) return unavailable("media: the disk is nearly full");
    const fs::path target = fs::path(folder_) / name;
    std::error_code failure;
    fs::create_directories(target.parent_path(), failure);
    const std::string part = target.string() + ".part";
    const Descriptor file(
        ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    const bool is_whole = file && write(file.get()) && ::fsync(file.get()) == 0 &&
                          std::rename(part.c_str(), target.c_str()) == 0 &&
                          sync_folder(target.parent_path());
    if (is_whole) return Done{};
    ::unlink(part.c_str());
    return unavailable(fmt::format("media: cannot write {}", target.string()));
}

Result<http::FilePart> DiskStore::open(const std::string& name) {
    if (!is_name(name)) return Error{Error::Kind::NotFound, "media: no name of a file"};
    const auto path = fs::path(folder_) / name;
    auto file =
        std::make_shared<Descriptor>(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    struct stat state {};
    if (!*file || ::fstat(file->get(), &state) != 0)
        return Error{Error::Kind::NotFound, "media: no such file"};
    return http::FilePart{.file = std::move(file),
                          .size = static_cast<std::uint64_t>(state.st_size)};
}

bool DiskStore::remove(const std::string& name) {
    if (!is_name(name)) return true;
    const auto path = fs::path(folder_) / name;
    return ::unlink(path.c_str()) == 0 || errno == ENOENT;
}

} // namespace media
