#include "http/spooled_body.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#include <cerrno>
#include <cstdlib>

namespace http {

std::unique_ptr<SpooledBody> SpooledBody::make(const std::string& folder) {
    Descriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file) { // Not every file system has files without a name.
        std::string name = folder + "/body.XXXXXX";
        file = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
        if (!file) return nullptr;
        ::unlink(name.c_str());
    }
    return std::unique_ptr<SpooledBody>(new SpooledBody(std::move(file)));
}

SpooledBody::~SpooledBody() {
    if (mapped_ != nullptr) ::munmap(mapped_, size_);
}

bool SpooledBody::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file_.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
        size_ += static_cast<std::uint64_t>(written);
    }
    return true;
}

std::string_view SpooledBody::map() {
    if (mapped_ == nullptr && size_ > 0) {
        void* place = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file_.get(), 0);
        if (place == MAP_FAILED) return {}; // NOLINT(performance-no-int-to-ptr): POSIX's macro.
        mapped_ = place;
    }
    return {static_cast<const char*>(mapped_), size_};
}

void SpooledBody::forget(std::string_view read) {
    // Whole pages only; the ends may belong to what is still needed.
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(read.data()) + page - 1;
    const auto end = reinterpret_cast<std::uintptr_t>(read.data()) + read.size();
    const auto first = begin / page * page;
    const auto last = end / page * page;
    if (last > first) {
        ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED); // NOLINT
    }
}

bool SpooledBody::copy(std::string_view part, int target) const {
    auto offset = static_cast<off_t>(part.data() - static_cast<const char*>(mapped_));
    auto left = part.size();
    while (left > 0) {
        const auto sent = ::sendfile(target, file_.get(), &offset, left);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        left -= static_cast<std::size_t>(sent);
    }
    return true;
}

} // namespace http
