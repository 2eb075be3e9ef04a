#include "base/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <vector>

TarWriter::TarWriter(int target, const std::atomic<bool>* stop)
    : archive_(archive_write_new()), stop_(stop) {
    is_whole_ =
        archive_ != nullptr && archive_write_set_format_pax_restricted(archive_) == ARCHIVE_OK &&
        archive_write_add_filter_gzip(archive_) == ARCHIVE_OK &&
        archive_write_set_filter_option(archive_, "gzip", "compression-level", "3") == ARCHIVE_OK &&
        archive_write_open_fd(archive_, target) == ARCHIVE_OK;
}

TarWriter::~TarWriter() {
    archive_write_free(archive_);
}

bool TarWriter::begin(const std::string& name, std::uint64_t size) {
    if (!is_whole_) return false;
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(size));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_mtime(entry, std::time(nullptr), 0);
    is_whole_ = archive_write_header(archive_, entry) == ARCHIVE_OK;
    archive_entry_free(entry);
    return is_whole_;
}

bool TarWriter::write(std::string_view bytes) {
    is_whole_ = is_whole_ && !(stop_ != nullptr && *stop_);
    while (is_whole_ && !bytes.empty()) {
        const auto written = archive_write_data(archive_, bytes.data(), bytes.size());
        is_whole_ = written > 0;
        if (is_whole_) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return is_whole_;
}

bool TarWriter::add(const std::string& name, std::string_view bytes) {
    return begin(name, bytes.size()) && write(bytes);
}

bool TarWriter::add_file(const std::string& name,
                         int source,
                         std::uint64_t offset,
                         std::uint64_t size) {
    constexpr std::size_t most = 64UL * 1024;
    if (!begin(name, size)) return false;
    std::vector<char> buffer(most);
    while (is_whole_ && size > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, most));
        const auto got = ::pread(source, buffer.data(), wanted, static_cast<off_t>(offset));
        if (got <= 0) return is_whole_ = false;
        if (!write({buffer.data(), static_cast<std::size_t>(got)})) return false;
        offset += static_cast<std::uint64_t>(got);
        size -= static_cast<std::uint64_t>(got);
    }
    return is_whole_;
}

bool TarWriter::finish() {
    return is_whole_ = is_whole_ && archive_write_close(archive_) == ARCHIVE_OK;
}
