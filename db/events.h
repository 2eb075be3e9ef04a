#pragma once

#include "base/id.h"
#include "db/reach.h"
#include "db/tx.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// What live streams are told of.
enum class EventKind : char {
    Post = 'p',                 ///< A status was shown to its readers. id: status.
    Edit = 'e',                 ///< It changed. id: status.
    Deletion = 'd',             ///< It is gone. reach: to whom it was shown.
    Notification = 'n',         ///< id: notification, account: whose.
    Filters = 'f',              ///< account: whose filters changed.
    Conversation = 'c',         ///< id: conversation, account: whose.
    Announcement = 'a',         ///< Published or changed. id: announcement.
    AnnouncementReaction = 'r', ///< id: announcement, name: of the reaction.
    AnnouncementDeletion = 'x', ///< id: announcement.
};

/// A fact, as ids: each process looks up what its streams need of it.
struct Event {
    EventKind kind{};
    std::int64_t id = 0;
    AccountId account{};
    std::string name{};
    Reach reach{}; ///< With Deletion; later nobody could look it up.
};

} // namespace db

/// NOTIFY as the event bus between the processes of one database.
namespace db::events {

constexpr auto channel = "staffroom_events";

/// Every process hears it after the transaction has committed; nobody when it rolls back. All
/// events of a transaction travel together, in an own statement after its commit: NOTIFY
/// serialises commits, and would make each of them wait for the disk of the one before. So an event
/// may be lost when the process dies in between: whoever must not miss anything reads rows.
void add(Tx& tx, Event event);

/// What a payload of the channel holds. Empty for one that is not ours.
std::vector<Event> parse(std::string_view payload);

/// Payloads of at most max_payload_bytes each, in order.
constexpr std::size_t max_payload_bytes = 7'800;
std::vector<std::string> render(const std::vector<Event>& events);

} // namespace db::events
