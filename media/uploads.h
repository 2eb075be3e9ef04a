#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/media_attachments.h"
#include "db/pool.h"
#include "http/form.h"
#include "jobs/worker.h"
#include "media/box.h"
#include "media/store.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What members upload.
namespace media {

constexpr std::uint64_t max_image_bytes = 16ULL * 1024 * 1024;
constexpr std::uint64_t max_film_bytes = 99ULL * 1024 * 1024;
constexpr std::int64_t max_image_pixels = 33'177'600; ///< media_process/picture.cpp says the same.
constexpr std::int64_t max_film_pixels = 8'294'400;
constexpr int max_frame_rate = 120;
constexpr std::size_t max_description = 1'500;
constexpr int max_unposted = 64; ///< Of one member at a time.
/// What a request with files may have, its text fields and framing counted.
constexpr std::uint64_t max_request_bytes = max_film_bytes + max_image_bytes + 1024ULL * 1024;
/// What is taken, for clients; the bytes decide.
std::vector<std::string> taken_media_types();

struct Workshop {
    db::Pool& pool;
    const Instance& instance;
    Box& box;
    Store& store;
    std::int64_t quota_bytes = 0; ///< Of each member; 0: none.
    Clock clock = system_now;
};

struct Upload {
    AccountId owner{};
    const http::UploadedFile& file;
    const http::UploadedFile* preview = nullptr; ///< Instead of the one that we would make.
    std::string description{};
    std::optional<std::array<double, 2>> focus{};
};

/// Whether whoever uploads waits until it is ready.
enum class Waiting { UntilReady, OnlyShortly };

/// Takes a file of a member's: processed (state "ready"), or kept to be processed by a job (state
/// "processing") when it is no picture or everybody is busy. Blocks; opens transactions of its own.
/// Errors: Unprocessable (too large, over the quota, no media: `shown` says which), Unavailable.
Result<db::MediaAttachment> upload(const Workshop& workshop, const Upload& upload, Waiting waiting);

/// Another preview of an upload of theirs. Errors: as upload(), NotFound.
Result<Done> replace_preview(const Workshop& workshop,
                             AccountId owner,
                             MediaId id,
                             const http::UploadedFile& file);

/// One job for each upload that waits; slow, so they get a worker of their own.
std::vector<jobs::Kind> job_kinds(const Workshop& workshop);
/// A lease of that job must be longer.
constexpr std::chrono::minutes longest_job{20};

} // namespace media
