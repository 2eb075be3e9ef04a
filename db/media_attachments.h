#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace db {

struct MediaAttachment {
    MediaId id{};
    AccountId account{};
    StatusId status{}; ///< 0: uploaded, not yet posted.
    int position = 0;
    std::string type = "unknown"; ///< image, gifv, video, audio, unknown.
    std::string media_type{};
    std::string remote_url{}; ///< Of a remote one: where it is; empty: ours.
    std::string preview_url{};
    std::string description{};
    std::string blurhash{};
    int width = 0; ///< 0: not known.
    int height = 0;
    std::int64_t duration_ms = 0;
    std::optional<std::array<double, 2>> focus{}; ///< x and y from -1 to 1.
    Time created_at{};
    std::string secret{}; ///< Of its URL; made by the database.
    /// Of ours: "processing", "ready" or "failed" (then `failure` is what the member is told).
    std::string state = "ready";
    std::string failure{};
    std::string incoming_file{}; ///< Names in the media store; "": none.
    std::string original_file{};
    std::string small_file{};
    std::int64_t bytes = 0; ///< Of its files.
    int small_width = 0;
    int small_height = 0;
    std::string frame_rate{}; ///< "30000/1001"
    std::int64_t bit_rate = 0;

    bool is_local() const { return remote_url.empty(); }
};

} // namespace db

namespace db::media_attachments {

/// An upload, or one of a draft; returns its id.
MediaId insert(Tx& tx, const MediaAttachment& media);
/// All attachments of a remote post, in order, with one statement. At most 16 (PROTOCOL 19).
void insert_all(Tx& tx,
                AccountId account,
                StatusId status,
                const std::vector<MediaAttachment>& media);
/// Ties uploads to a post, in this order: only the author's own that belong to no other post.
/// False, and nothing tied, when one of them is not.
bool attach(Tx& tx, AccountId account, StatusId status, const std::vector<MediaId>& media);
/// Removes every attachment of the post but these.
void remove_others(Tx& tx, StatusId status, const std::vector<MediaId>& media);
/// What became of an upload: type, size, state, files. False: it is gone, or was finished before.
bool set_processed(Tx& tx, const MediaAttachment& media);
/// Another preview, of these files' bytes more.
void set_preview(Tx& tx, const MediaAttachment& media);
void set_description(Tx& tx,
                     MediaId id,
                     const std::string& description,
                     const std::optional<std::array<double, 2>>& focus);

/// Owner checked: ids can be guessed.
std::optional<MediaAttachment> find(Tx& tx, AccountId account, MediaId id);
/// By id alone: for what is decided by its secret, and for jobs.
std::optional<MediaAttachment> find_any(Tx& tx, MediaId id);
/// Of an upload that belongs to no post. False: it is not theirs, or posted, or gone.
bool remove(Tx& tx, AccountId account, MediaId id);
/// Uploads that were never posted.
void remove_unused(Tx& tx, Time before);
/// What a member's files take, and how many uploads they have not posted.
struct Usage {
    std::int64_t bytes = 0;
    std::int64_t unposted = 0;
};
Usage usage(Tx& tx, AccountId account);
/// Whether the file may be shown now: not to anybody when its post or its author is gone, suspended
/// or from a host that is not a peer any more.
bool is_shown(Tx& tx, MediaId id);
std::vector<MediaAttachment> list(Tx& tx, StatusId status);
/// Those of the member's, in the order of `ids`.
std::vector<MediaAttachment> list_own(Tx& tx, AccountId owner, const std::vector<MediaId>& ids);
std::vector<MediaAttachment> list_all(Tx& tx, const std::vector<StatusId>& statuses);

} // namespace db::media_attachments
