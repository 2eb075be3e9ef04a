#include "media/uploads.h"

#include "base/text.h"
#include "db/media_garbage.h"
#include "jobs/queue.h"
#include "media/storing.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace media {
namespace {

using std::chrono::seconds;

constexpr auto process_job = "process_media";
constexpr int max_failures = 5;
constexpr seconds picture_time{40};
constexpr seconds film_time{15 * 60};
constexpr seconds waited_film_time{60}; ///< POST /api/v1/media, whose caller sits there.
constexpr seconds short_patience{5};

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

WriteInput contents_of(const http::UploadedFile& file) {
    return [&file](int target) { return file.save(target); };
}

// What the sender calls it only decides who waits for it, and how long.
bool claims_to_be_picture(const http::UploadedFile& file) {
    return file.media_type.starts_with("image/") && file.media_type != "image/gif";
}

Result<Done> check(const Workshop& workshop, const Upload& upload) {
    if (upload.file.size() > max_film_bytes) {
        return unprocessable(fmt::format("Validation failed: File must be less than {} MB",
                                         max_film_bytes / (1024 * 1024)));
    }
    if (upload.preview != nullptr && upload.preview->size() > max_image_bytes)
        return unprocessable("Validation failed: Thumbnail is too large");
    db::Tx tx(workshop.pool, db::Durability::PerStatement);
    const auto usage = db::media_attachments::usage(tx, upload.owner);
    if (usage.unposted >= max_unposted) {
        return Error{.kind = Error::Kind::RateLimited,
                     .detail = "media: too many unposted uploads",
                     .retry_after_s = 3600};
    }
    const auto size = static_cast<std::int64_t>(upload.file.size());
    if (workshop.quota_bytes > 0 && usage.bytes + size > workshop.quota_bytes)
        return unprocessable("Validation failed: Your files take all the room that you have here");
    return Done{};
}

db::MediaAttachment row_of(const Upload& upload, Time now) {
    return {.account = upload.owner,
            .description = clean_text(upload.description, max_description, Lines::Keep),
            .focus = upload.focus,
            .created_at = now};
}

Result<Made> make_preview(const Workshop& workshop, const http::UploadedFile& file) {
    return workshop.box.run(Profile::Thumbnail, contents_of(file), picture_time);
}

/// A preview's single file is the attachment's small one.
Result<Done> take_preview(const Workshop& workshop,
                          const http::UploadedFile& file,
                          db::MediaAttachment& media) {
    const auto made = make_preview(workshop, file);
    if (!made) return made.error();
    const auto files = store_made(workshop.pool, workshop.store, *made, workshop.clock());
    if (!files) return files.error();
    media.small_file = files->original;
    media.small_width = made->what.original.width;
    media.small_height = made->what.original.height;
    media.blurhash = made->what.blurhash;
    media.bytes += files->bytes;
    return Done{};
}

db::MediaAttachment insert(db::Tx& tx, db::MediaAttachment media) {
    std::vector<std::string> files;
    for (const auto& file : {media.incoming_file, media.original_file, media.small_file}) {
        if (!file.empty()) files.push_back(file);
    }
    db::media_garbage::keep(tx, files);
    media.id = db::media_attachments::insert(tx, media);
    return *db::media_attachments::find(tx, media.account, media.id);
}

Result<db::MediaAttachment> upload_now(const Workshop& workshop,
                                       const Upload& upload,
                                       seconds time,
                                       seconds patience) {
    const auto made =
        workshop.box.run(Profile::Attachment, contents_of(upload.file), time, patience);
    if (!made) return made.error();
    if (made->what.type == "image" && upload.file.size() > max_image_bytes) {
        return unprocessable(fmt::format("Validation failed: Picture must be less than {} MB",
                                         max_image_bytes / (1024 * 1024)));
    }
    const auto files = store_made(workshop.pool, workshop.store, *made, workshop.clock());
    if (!files) return files.error();
    auto media = row_of(upload, workshop.clock());
    describe(media, made->what, *files);
    if (upload.preview != nullptr) {
        const auto taken = take_preview(workshop, *upload.preview, media);
        if (!taken) return taken.error();
    }
    db::Tx tx(workshop.pool);
    auto inserted = insert(tx, std::move(media));
    tx.commit();
    return inserted;
}

Result<db::MediaAttachment> upload_later(const Workshop& workshop, const Upload& upload) {
    auto media = row_of(upload, workshop.clock());
    if (upload.preview != nullptr) {
        const auto taken = take_preview(workshop, *upload.preview, media);
        if (!taken) return taken.error();
    }
    const auto incoming =
        store_file(workshop.pool, workshop.store, contents_of(upload.file), "", workshop.clock());
    if (!incoming) return incoming.error();
    media.incoming_file = *incoming;
    media.state = "processing";
    // So that the quota counts it; what it really takes is counted when it is ready.
    media.bytes += static_cast<std::int64_t>(upload.file.size());
    db::Tx tx(workshop.pool);
    auto inserted = insert(tx, std::move(media));
    jobs::enqueue(tx,
                  {.kind = process_job,
                   .lane = fmt::format("media:{}", to_string(upload.owner)),
                   .payload = to_string(inserted.id)});
    tx.commit();
    return inserted;
}

jobs::Apply finish(db::MediaAttachment media) {
    return [media = std::move(media)](db::Tx& tx) {
        // Deleted meanwhile: what was made goes as garbage.
        if (!db::media_attachments::set_processed(tx, media)) return;
        std::vector<std::string> files;
        for (const auto& file : {media.original_file, media.small_file}) {
            if (!file.empty()) files.push_back(file);
        }
        db::media_garbage::keep(tx, files);
    };
}

jobs::Apply give_up(db::MediaAttachment media, const std::string& shown, std::int64_t bytes) {
    media.state = "failed";
    media.failure = shown.empty() ? "Error processing the file" : shown;
    media.bytes = -bytes;
    return finish(std::move(media));
}

Result<jobs::Apply> process(const Workshop& workshop, const jobs::Claimed& job) {
    const auto id = parse_id(job.payload);
    std::optional<db::MediaAttachment> media;
    if (id) {
        db::Tx tx(workshop.pool, db::Durability::PerStatement);
        media = db::media_attachments::find_any(tx, MediaId{*id});
    }
    if (!media || media->state != "processing") return jobs::Apply{};
    const auto incoming = workshop.store.open(media->incoming_file);
    const bool is_last = job.failures + 1 >= max_failures;
    if (!incoming) {
        if (!is_last && incoming.error().kind == Error::Kind::Unavailable) return incoming.error();
        return give_up(*media, "", 0);
    }
    const auto size = static_cast<std::int64_t>(incoming->size);
    const auto copy = [&](int target) { return copy_file(incoming->file->get(), target); };
    const auto made = workshop.box.run(Profile::Attachment, copy, film_time, film_time / 4);
    if (!made) {
        if (!is_last && made.error().kind == Error::Kind::Unavailable) return made.error();
        return give_up(*media, made.error().shown, size);
    }
    const auto files = store_made(workshop.pool, workshop.store, *made, workshop.clock());
    if (!files)
        return is_last ? Result(give_up(*media, "", size)) : Result<jobs::Apply>(files.error());
    const auto own_preview = media->small_file;
    const auto own_blurhash = media->blurhash;
    const auto own_size = std::pair{media->small_width, media->small_height};
    describe(*media, made->what, *files);
    if (!own_preview.empty()) {
        media->small_file = own_preview;
        media->blurhash = own_blurhash;
        std::tie(media->small_width, media->small_height) = own_size;
    }
    media->bytes = files->bytes - size;
    return finish(std::move(*media));
}

} // namespace

std::vector<std::string> taken_media_types() {
    return {"image/jpeg",   "image/png",  "image/gif",   "image/heic",  "image/heif",
            "image/webp",   "image/avif", "video/webm",  "video/mp4",   "video/quicktime",
            "video/ogg",    "audio/wave", "audio/wav",   "audio/x-wav", "audio/ogg",
            "audio/vorbis", "audio/mpeg", "audio/mp3",   "audio/webm",  "audio/flac",
            "audio/aac",    "audio/m4a",  "audio/x-m4a", "audio/mp4",   "audio/3gpp"};
}

Result<db::MediaAttachment> upload(const Workshop& workshop,
                                   const Upload& upload,
                                   Waiting waiting) {
    if (const auto fits = check(workshop, upload); !fits) return fits.error();
    if (waiting == Waiting::UntilReady)
        return upload_now(workshop, upload, waited_film_time, seconds{20});
    if (!claims_to_be_picture(upload.file) || upload.file.size() > max_image_bytes)
        return upload_later(workshop, upload);
    auto taken = upload_now(workshop, upload, picture_time, short_patience);
    const bool is_busy = !taken && taken.error().kind == Error::Kind::Unavailable;
    return is_busy ? upload_later(workshop, upload) : taken;
}

Result<Done> replace_preview(const Workshop& workshop,
                             AccountId owner,
                             MediaId id,
                             const http::UploadedFile& file) {
    if (file.size() > max_image_bytes)
        return unprocessable("Validation failed: Thumbnail is too large");
    db::MediaAttachment changed{.id = id, .account = owner};
    const auto taken = take_preview(workshop, file, changed);
    if (!taken) return taken.error();
    db::Tx tx(workshop.pool);
    if (!db::media_attachments::find(tx, owner, id))
        return Error{Error::Kind::NotFound, "media: not theirs"};
    db::media_garbage::keep(tx, {changed.small_file});
    db::media_attachments::set_preview(tx, changed);
    tx.commit();
    return Done{};
}

std::vector<jobs::Kind> job_kinds(const Workshop& workshop) {
    const auto prepare = [&workshop](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch)
            steps.push_back(process(workshop, job));
        return steps;
    };
    return {{.name = process_job, .prepare = prepare, .max_failures = max_failures + 1}};
}

} // namespace media
