#include "media/storing.h"

#include "db/media_garbage.h"

#include <sys/sendfile.h>
#include <sys/stat.h>

#include <cerrno>

namespace media {
namespace {

// Time enough for the row to come.
constexpr std::chrono::hours grace{2};

void mark(db::Pool& pool, const std::vector<std::string>& names, Time now) {
    db::Tx tx(pool);
    db::media_garbage::add(tx, names, now + grace);
    tx.commit();
}

Result<std::int64_t> put(Store& store, const std::string& name, const Descriptor& file) {
    struct stat state {};
    if (!file || ::fstat(file.get(), &state) != 0)
        return Error{Error::Kind::Unavailable, "media: the box left no file"};
    const auto done = store.put(name, [&](int target) { return copy_file(file.get(), target); });
    if (!done) return done.error();
    return static_cast<std::int64_t>(state.st_size);
}

} // namespace

std::vector<std::string> StoredFiles::names() const {
    std::vector<std::string> names;
    for (const auto& name : {original, small}) {
        if (!name.empty()) names.push_back(name);
    }
    return names;
}

bool copy_file(int from, int to) {
    off_t offset = 0;
    for (;;) {
        const auto sent = ::sendfile(to, from, &offset, 1UL << 30U);
        if (sent == 0) return true;
        if (sent < 0 && errno != EINTR) return false;
    }
}

Result<StoredFiles> store_made(db::Pool& pool, Store& store, const Made& made, Time now) {
    StoredFiles files{.original = new_name(extension_of(made.what.original.media_type))};
    const bool has_small = !made.what.small.media_type.empty();
    if (has_small) files.small = new_name(extension_of(made.what.small.media_type));
    mark(pool, files.names(), now);
    const auto original = put(store, files.original, made.folder.open("original"));
    if (!original) return original.error();
    files.bytes = *original;
    if (!has_small) return files;
    const auto small = put(store, files.small, made.folder.open("small"));
    if (!small) return small.error();
    files.bytes += *small;
    return files;
}

Result<std::string> store_file(db::Pool& pool,
                               Store& store,
                               const WriteContents& write,
                               std::string_view extension,
                               Time now) {
    auto name = new_name(extension);
    mark(pool, {name}, now);
    const auto done = store.put(name, write);
    if (!done) return done.error();
    return name;
}

void describe(db::MediaAttachment& media, const Processed& what, const StoredFiles& files) {
    media.type = what.type;
    media.media_type = what.original.media_type;
    media.blurhash = what.blurhash;
    media.width = what.original.width;
    media.height = what.original.height;
    media.duration_ms = what.duration_ms;
    media.original_file = files.original;
    media.small_file = files.small;
    media.bytes = files.bytes;
    media.small_width = what.small.width;
    media.small_height = what.small.height;
    media.frame_rate = what.frame_rate;
    media.bit_rate = what.bit_rate;
    media.state = "ready";
}

} // namespace media
