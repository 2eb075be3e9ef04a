#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using AnnouncementId = Id<struct AnnouncementTag>;

/// What the house tells all its members.
struct Announcement {
    AnnouncementId id{};
    std::string text{};    ///< As written.
    std::string content{}; ///< HTML.
    bool all_day = false;  ///< Of starts_at and ends_at the days count, not the hours.
    std::optional<Time> starts_at{};
    std::optional<Time> ends_at{}; ///< It is not shown after that.
    Time published_at{};
    Time updated_at{};
    bool is_read = false; ///< By the reader who asked.
};

/// An emoji under an announcement.
struct Reaction {
    AnnouncementId announcement{};
    std::string name{};
    int count = 0;
    bool is_own = false; ///< The reader's own is among them.
};

} // namespace db

namespace db::announcements {

AnnouncementId insert(Tx& tx, const Announcement& announcement);
bool remove(Tx& tx, AnnouncementId id);
/// All, also those that ended; oldest first.
std::vector<Announcement> list_all(Tx& tx);

/// Those that have not ended, oldest first.
std::vector<Announcement> list(Tx& tx, AccountId reader, Time now);
std::optional<Announcement> find(Tx& tx, AccountId reader, AnnouncementId id, Time now);
void dismiss(Tx& tx, AccountId reader, AnnouncementId id);

/// In the order in which each was first used.
std::vector<Reaction> reactions(Tx& tx,
                                AccountId reader,
                                const std::vector<AnnouncementId>& announcements);
/// Twice is once. False, and nothing written, when it would be the ninth kind of reaction.
bool react(Tx& tx, AccountId reader, AnnouncementId id, std::string_view name, Time now);
void take_back(Tx& tx, AccountId reader, AnnouncementId id, std::string_view name);

} // namespace db::announcements
