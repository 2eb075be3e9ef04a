#include "inbox/erase.h"

#include "db/jobs.h"

namespace inbox {

void queue_erasing(db::Tx& tx, AccountId account) {
    db::jobs::insert(tx,
                     {{.kind = erase_job,
                       .lane = "erase:" + to_string(account),
                       .payload = to_string(account)}});
    db::jobs::notify(tx);
}

} // namespace inbox
