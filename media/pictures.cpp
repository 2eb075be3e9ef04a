#include "media/pictures.h"

#include "db/account_pictures.h"
#include "db/media_garbage.h"
#include "media/storing.h"

#include <fmt/format.h>

namespace media {
namespace {

constexpr std::uint64_t max_picture_bytes = 8ULL * 1024 * 1024;
constexpr std::chrono::seconds time_in_box{40};

} // namespace

Result<StoredPicture> store_picture(const Workshop& workshop,
                                    PictureKind kind,
                                    const http::UploadedFile& file) {
    if (file.size() > max_picture_bytes) {
        const auto text = fmt::format("Validation failed: {} must be less than {} MB",
                                      kind == PictureKind::Avatar ? "Avatar" : "Header",
                                      max_picture_bytes / (1024 * 1024));
        return Error{.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
    }
    const auto made = workshop.box.run(
        kind == PictureKind::Avatar ? Profile::Avatar : Profile::Header,
        [&](int target) { return file.save(target); },
        time_in_box);
    if (!made) return made.error();
    const auto files = store_made(workshop.pool, workshop.store, *made, workshop.clock());
    if (!files) return files.error();
    return StoredPicture{.file = files->original, .media_type = made->what.original.media_type};
}

std::string put_picture(db::Tx& tx,
                        const Instance& instance,
                        AccountId account,
                        PictureKind kind,
                        const StoredPicture& picture,
                        const std::string& description) {
    db::media_garbage::keep(tx, {picture.file});
    db::account_pictures::put(tx,
                              {.account = account,
                               .kind = std::string(to_string(kind)),
                               .original_file = picture.file,
                               .media_type = picture.media_type,
                               .description = description});
    return own_picture_url(instance, account, kind, picture.file);
}

} // namespace media
