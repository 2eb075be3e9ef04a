#include "statuses/erase.h"

#include "db/jobs.h"

namespace statuses {

void queue_erasing(db::Tx& tx, AccountId account) {
    db::jobs::insert(tx,
                     {{.kind = erase_job,
                       .lane = "erase:" + to_string(account),
                       .payload = to_string(account)}});
    db::jobs::notify(tx);
}

} // namespace statuses
