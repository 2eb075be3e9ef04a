#pragma once

#include "api/api.h"
#include "db/announcements.h"

#include <optional>
#include <string>
#include <string_view>

/// Announcements as streams tell them: the same to everybody, so without what the reader did with
/// them (`read`, `me`). Source: docs.joinmastodon.org/methods/streaming/#events
namespace api {

/// Nothing when it is gone or has ended.
std::optional<std::string> render_announcement(const Api& api, db::Tx& tx, db::AnnouncementId id);
/// How many there are of one reaction now: {"announcement_id", "name", "count"}.
std::string render_reaction(const Api& api,
                            db::Tx& tx,
                            db::AnnouncementId id,
                            std::string_view name);

} // namespace api
