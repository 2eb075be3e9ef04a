#include "outbox/deliver.h"

#include "db/deliveries.h"
#include "db/object_inboxes.h"

namespace outbox {

void deliver(db::Tx& tx, const Parcel& parcel) {
    if (parcel.inboxes.empty()) return;
    const auto body = db::deliveries::insert_body(tx, parcel.body);
    db::deliveries::insert(tx,
                           {.signer = parcel.signer,
                            .body = body,
                            .object_uri = parcel.object_uri,
                            .sync_followers = parcel.sync_followers,
                            .is_urgent = parcel.is_urgent,
                            .inboxes = parcel.inboxes});
    if (parcel.remember_inboxes) {
        db::object_inboxes::insert(tx, parcel.object_uri, parcel.inboxes);
    }
    db::deliveries::notify(tx);
}

} // namespace outbox
