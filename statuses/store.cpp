#include "statuses/store.h"

#include "db/accounts.h"

namespace statuses {

bool store(db::Tx& tx, const db::Status& status) {
    if (!db::statuses::insert(tx, status)) return false;
    if (status.is_boost()) db::statuses::add_reblogs_count(tx, status.reblog_of, 1);
    if (!is_open(status.visibility)) return true;
    db::accounts::add_statuses_count(tx, status.author, 1, status.created_at);
    if (status.in_reply_to) db::statuses::add_replies_count(tx, status.in_reply_to, 1);
    return true;
}

} // namespace statuses
