#include "statuses/remove.h"

#include "db/events.h"
#include "db/notifications.h"
#include "db/reach.h"
#include "db/tombstones.h"

namespace statuses {
namespace {

/// Of a post's boosts; clients take the others out themselves, since they show the same post.
constexpr int max_boosts_told = 200;

void tell(db::Tx& tx, std::vector<db::Reach> gone) {
    for (auto& reach : gone) {
        if (reach.muted_reach) continue;
        const auto id = reach.id.value;
        db::events::add(tx, {.kind = db::EventKind::Deletion, .id = id, .reach = std::move(reach)});
    }
}

// Boosts, mentions, notifications about them, home rows, media, polls and favourites go with the
// rows.
void remove(db::Tx& tx, const std::vector<StatusId>& ids, Time now) {
    tell(tx, db::reach::find_boosts(tx, ids, max_boosts_told));
    tell(tx, db::reach::find_all(tx, ids));
    db::tombstones::insert_for_statuses(tx, ids, now);
    db::statuses::discount(tx, ids);
    db::statuses::mark_quotes_deleted(tx, ids);
    db::notifications::remove_of_boosts(tx, ids);
    db::statuses::remove_all(tx, ids);
}

} // namespace

void remove_status(db::Tx& tx, const db::Status& status, Time now) {
    remove(tx, {status.id}, now);
}

int remove_statuses_of(db::Tx& tx, const db::Account& account, int most, Time now) {
    const auto ids = db::statuses::ids_of_account(tx, account.id, most);
    if (!ids.empty()) remove(tx, ids, now);
    return static_cast<int>(ids.size());
}

void bury(db::Tx& tx, std::string_view uri, const db::Account& author, Time now) {
    db::tombstones::insert(tx,
                           {
                               .uri = std::string(uri),
                               .account_uri = author.uri,
                               .local = author.is_local(),
                               .deleted_at = now,
                           });
}

} // namespace statuses
