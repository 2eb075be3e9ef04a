#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/page.h"
#include "db/search.h"
#include "db/tags.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is talked about. Off unless a moderator switched it on; then computed by a periodic task,
/// and shown after a moderator allowed it.
namespace db::trends {

bool is_on(Tx& tx);
void set_on(Tx& tx, bool on);
/// Whether links are shown to who is no member, too: they name no person. Off at first.
bool has_open_links(Tx& tx);
void set_open_links(Tx& tx, bool open);

/// Computes all three kinds anew from public posts of the last days (a tag or link needs three
/// people, a post three favourites or boosts), and forgets what was there. Does nothing when off.
/// Takes part: who lets themselves be found (accounts.discoverable), is not limited or suspended.
void compute(Tx& tx, Time now);

enum class Kind { Tag, Status, Link };

/// One that a moderator may decide about.
struct Trend {
    std::string key{}; ///< Of a tag or post its id, of a link its URL.
    double score = 0;
    std::optional<bool> allowed{}; ///< Absent: nobody decided yet.
};
/// The strongest first; nothing when off.
std::vector<Trend> candidates(Tx& tx, Kind kind, int limit, int offset);
/// Decides about one, for as long as nobody decides otherwise.
void review(Tx& tx, Kind kind, std::string_view key, bool allowed, Time now);

// What members are shown: allowed, the strongest first; nothing when off.
std::vector<Tag> tags(Tx& tx, int limit, int offset);
/// Also left out: what lists may not show to the reader.
std::vector<StatusId> statuses(Tx& tx, AccountId reader, int limit, int offset);
struct Link {
    std::string url{};
    Json card{}; ///< As its newest post has it.
};
std::vector<Link> links(Tx& tx, int limit, int offset);
bool is_shown_link(Tx& tx, std::string_view url);
/// Seven days of a link's use in public posts.
std::vector<search::TagDay> link_history(Tx& tx, std::string_view url);
/// Public posts with that link.
std::vector<StatusId> with_link(Tx& tx, AccountId reader, std::string_view url, const Page& page);

} // namespace db::trends
