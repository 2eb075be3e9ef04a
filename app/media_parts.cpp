#include "app/media_parts.h"

#include "app/process.h"
#include "base/crypto.h"
#include "db/instance_values.h"
#include "media/s3_store.h"

#include <filesystem>

namespace app {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t mib = 1024 * 1024;

// All processes of one database make and know the same URLs.
std::string links_key(db::Pool& pool) {
    db::Tx tx(pool);
    auto key = db::instance_values::set_if_absent(tx, "media_key", crypto::random_token());
    tx.commit();
    return key;
}

// What a process that was killed left; another one's work is younger.
std::string tidy_work_folder(const Instance& instance) {
    auto folder = media_work_folder(instance);
    fs::create_directories(folder);
    // The box is somebody else when we are root, and must pass through.
    fs::permissions(folder, fs::perms::owner_all);
    const auto before = fs::file_time_type::clock::now() - std::chrono::hours{24};
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.last_write_time(ignored) < before) fs::remove_all(entry.path(), ignored);
    }
    return folder;
}

std::unique_ptr<media::Store> make_store(const Context& context, http::Client& open_client) {
    const auto& config = context.config.media;
    if (!config.s3_endpoint.empty()) {
        return std::make_unique<media::S3Store>(
            media::S3Options{.endpoint = config.s3_endpoint,
                             .bucket = config.s3_bucket,
                             .key = {.id = config.s3_access_key,
                                     .secret = config.s3_secret_key,
                                     .region = config.s3_region},
                             .copies_folder = media_copies_folder(context.instance),
                             .copies_bytes = static_cast<std::uint64_t>(config.cache_mb * mib),
                             .reserve_bytes = static_cast<std::uint64_t>(config.reserve_mb * mib)},
            open_client);
    }
    return std::make_unique<media::DiskStore>(
        media_folder(context.instance),
        static_cast<std::uint64_t>(context.config.media.reserve_mb * mib));
}

} // namespace

std::string media_folder(const Instance& instance) {
    return (fs::path(instance.data_dir) / "media").string();
}

std::string media_copies_folder(const Instance& instance) {
    return (fs::path(instance.data_dir) / "media-copies").string();
}

std::string media_work_folder(const Instance& instance) {
    return (fs::path(instance.data_dir) / "media-work").string();
}

std::string find_media_program() {
    std::error_code failure;
    const auto own = fs::read_symlink("/proc/self/exe", failure);
    const auto beside = own.parent_path() / "staffroom-media";
    if (!failure && fs::exists(beside, failure)) return beside.string();
    return find_program("staffroom-media");
}

MediaParts::MediaParts(const Context& context, http::Client& peer_client, http::Client& open_client)
    : links(context.instance, links_key(*context.pool)),
      box({.program = find_media_program(), .work_folder = tidy_work_folder(context.instance)}),
      store(make_store(context, open_client)),
      remote({.pool = *context.pool,
              .client = peer_client,
              .box = box,
              .store = *store,
              .spool_folder = media_work_folder(context.instance)}),
      cards({.pool = *context.pool,
             .client = open_client,
             .box = box,
             .store = *store,
             .spool_folder = media_work_folder(context.instance)}),
      workshop{.pool = *context.pool,
               .instance = context.instance,
               .box = box,
               .store = *store,
               .quota_bytes = context.config.media.quota_mb * mib},
      serving{.pool = *context.pool,
              .instance = context.instance,
              .links = links,
              .store = *store,
              .remote = remote,
              .cards = cards},
      tasks{.pool = *context.pool,
            .store = *store,
            .folder = media_folder(context.instance),
            .cache_bytes = context.config.media.cache_mb * mib,
            .cache_time = std::chrono::hours{24 * context.config.media.cache_days},
            .reserve_bytes = static_cast<std::uint64_t>(context.config.media.reserve_mb * mib)} {}

} // namespace app
