#include "educators/package_files.h"

#include "base/descriptor.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace educators {
namespace {

constexpr zip_int64_t max_entries = 32;
constexpr std::uint64_t max_ratio = 100;

struct CloseArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
struct CloseFolder {
    void operator()(DIR* folder) const { closedir(folder); }
};

/// An open archive and the bytes it reads from.
struct Archive {
    std::string bytes;
    std::unique_ptr<zip_t, CloseArchive> zip;
};

bool is_plain_name(std::string_view name) {
    return !name.empty() && name.front() != '.' &&
           name.find_first_of("/\\:") == std::string::npos &&
           std::ranges::all_of(name, [](unsigned char c) { return c >= 0x20 && c != 0x7F; });
}

/// Links, folders, devices: whatever Unix would not call a regular file.
bool is_regular(zip_t* zip, zip_uint64_t index) {
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) != 0) return false;
    if (system != ZIP_OPSYS_UNIX) return true;
    const auto type = (attributes >> 16U) & S_IFMT;
    return type == 0 || type == S_IFREG;
}

std::string entry_fault(zip_t* zip, zip_uint64_t index, const zip_stat_t& entry) {
    constexpr auto wanted =
        ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
    if ((entry.valid & wanted) != wanted) return "zip-unreadable";
    if (!is_plain_name(entry.name)) return "zip-name";
    if (!is_regular(zip, index)) return "zip-link";
    if ((entry.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && entry.encryption_method != ZIP_EM_NONE)
        return "zip-unreadable";
    if (entry.comp_method != ZIP_CM_STORE && entry.comp_method != ZIP_CM_DEFLATE)
        return "zip-unreadable";
    if (entry.size > max_package_bytes) return "zip-large";
    if (entry.size / max_ratio > entry.comp_size) return "zip-ratio";
    return "";
}

/// What is wrong with the archive as its directory describes it; fills `files`.
std::optional<Finding> examine(const Archive& archive, PackageFiles& files) {
    auto* const zip = archive.zip.get();
    const auto count = zip_get_num_entries(zip, 0);
    if (count > max_entries) return Finding{"zip-many", "package"};
    std::uint64_t sum = 0;
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
        zip_stat_t entry;
        zip_stat_init(&entry);
        if (zip_stat_index(zip, i, ZIP_FL_ENC_RAW, &entry) != 0)
            return Finding{"zip-unreadable", "package"};
        const auto code = entry_fault(zip, i, entry);
        if (!code.empty()) return Finding{code, "package"};
        const std::string name = entry.name;
        if (std::ranges::find(files.names, name) != files.names.end())
            return Finding{"zip-twice", name};
        files.names.push_back(name);
        sum += entry.size;
        if ((entry.valid & ZIP_STAT_MTIME) != 0) {
            const Time at{std::chrono::seconds{entry.mtime}};
            if (!files.changed_at || at > *files.changed_at) files.changed_at = at;
        }
    }
    if (sum > max_package_bytes) return Finding{"zip-large", "package"};
    if (sum / max_ratio > archive.bytes.size()) return Finding{"zip-ratio", "package"};
    return std::nullopt;
}

bool read_entry(const Archive& archive,
                const std::string& name,
                std::string& bytes,
                Findings& findings) {
    zip_stat_t claimed;
    zip_stat_init(&claimed);
    const std::unique_ptr<zip_file_t, CloseEntry> entry(
        zip_fopen(archive.zip.get(), name.c_str(), ZIP_FL_ENC_RAW));
    if (!entry || zip_stat(archive.zip.get(), name.c_str(), ZIP_FL_ENC_RAW, &claimed) != 0) {
        findings.add({"zip-unreadable", name});
        return false;
    }
    bytes.clear();
    bytes.reserve(claimed.size);
    constexpr std::size_t step = 1U << 16U;
    for (;;) {
        const auto before = bytes.size();
        bytes.resize(before + step);
        const auto got = zip_fread(entry.get(), bytes.data() + before, step);
        bytes.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
        if (got < 0) {
            findings.add({"zip-unreadable", name});
            return false;
        }
        // The directory may lie about what an entry becomes.
        if (bytes.size() > claimed.size || bytes.size() / max_ratio > claimed.comp_size) {
            findings.add({bytes.size() > claimed.size ? "zip-unreadable" : "zip-ratio", name});
            return false;
        }
        if (got == 0) return true;
    }
}

Result<std::string> read_plain_file(int folder, const char* name) {
    const Descriptor file(openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (file.get() < 0 || fstat(file.get(), &status) != 0)
        return Error{Error::Kind::Unavailable, fmt::format("{}: {}", name, std::strerror(errno))};
    if (!S_ISREG(status.st_mode))
        return Error{Error::Kind::Invalid, fmt::format("{} is no plain file", name)};
    if (static_cast<std::uint64_t>(status.st_size) > max_package_bytes)
        return Error{Error::Kind::TooLarge, fmt::format("{} has more than 100 MB", name)};
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
        const auto got = read(file.get(), bytes.data() + have, bytes.size() - have);
        if (got <= 0) break;
        have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
}

Time changed_at(const struct stat& status) {
    return Time{std::chrono::seconds{status.st_mtim.tv_sec} +
                std::chrono::milliseconds{status.st_mtim.tv_nsec / 1'000'000}};
}

} // namespace

std::optional<PackageFiles> open_zip(std::string bytes, Findings& findings) {
    const auto archive = std::make_shared<Archive>(); // Shared by copies of `read`.
    archive->bytes = std::move(bytes);
    // libzip takes no bytes for an archive without entries.
    auto* const source =
        archive->bytes.empty()
            ? nullptr
            : zip_source_buffer_create(archive->bytes.data(), archive->bytes.size(), 0, nullptr);
    if (source != nullptr) {
        archive->zip.reset(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, nullptr));
        if (!archive->zip) zip_source_free(source);
    }
    PackageFiles files;
    std::optional<Finding> fault;
    if (!archive->zip)
        fault = Finding{"zip-unreadable", "package"};
    else
        fault = examine(*archive, files);
    if (fault) {
        findings.add(*fault);
        return std::nullopt;
    }
    files.read = [archive](const std::string& name, std::string& into, Findings& found) {
        return read_entry(*archive, name, into, found);
    };
    return files;
}

Result<PackageFiles> open_folder(const std::string& path) {
    const auto folder = std::make_shared<Descriptor>(
        open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); // Shared by copies of `read`.
    if (folder->get() < 0)
        return Error{Error::Kind::NotFound, fmt::format("{}: {}", path, std::strerror(errno))};
    const std::unique_ptr<DIR, CloseFolder> entries(fdopendir(dup(folder->get())));
    if (!entries) return Error{Error::Kind::Unavailable, std::strerror(errno)};
    PackageFiles files;
    while (const auto* entry = readdir(entries.get())) {
        struct stat status {};
        if (fstatat(folder->get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(status.st_mode) || !std::string_view(entry->d_name).ends_with(".csv"))
            continue;
        files.names.emplace_back(entry->d_name);
        const auto at = changed_at(status);
        if (!files.changed_at || at > *files.changed_at) files.changed_at = at;
    }
    files.read = [folder](const std::string& name, std::string& into, Findings& findings) {
        auto bytes = read_plain_file(folder->get(), name.c_str());
        if (!bytes) {
            const bool is_large = bytes.error().kind == Error::Kind::TooLarge;
            findings.add({is_large ? "zip-large" : "file-missing", name});
            return false;
        }
        into = std::move(*bytes);
        return true;
    };
    return files;
}

Result<std::optional<PackageFiles>> open_package(const std::string& path, Findings& findings) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0)
        return Error{Error::Kind::NotFound, fmt::format("{}: {}", path, std::strerror(errno))};
    if (S_ISDIR(status.st_mode)) {
        auto files = open_folder(path);
        if (!files) return files.error();
        return std::optional(std::move(*files));
    }
    auto bytes = read_plain_file(AT_FDCWD, path.c_str());
    if (!bytes) return bytes.error();
    return open_zip(std::move(*bytes), findings);
}

} // namespace educators
