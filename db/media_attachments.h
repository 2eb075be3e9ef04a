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
void set_description(Tx& tx,
                     MediaId id,
                     const std::string& description,
                     const std::optional<std::array<double, 2>>& focus);

/// Owner checked: ids can be guessed.
std::optional<MediaAttachment> find(Tx& tx, AccountId account, MediaId id);
std::vector<MediaAttachment> list(Tx& tx, StatusId status);
std::vector<MediaAttachment> list_all(Tx& tx, const std::vector<StatusId>& statuses);

} // namespace db::media_attachments
