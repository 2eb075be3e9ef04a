#pragma once

#include "base/json.h"
#include "base/result.h"
#include "db/accounts.h"
#include "db/audiences.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"
#include "outbox/publish.h"

#include <optional>
#include <vector>

/// How posts for narrow audiences are written and sent (decision 320).
namespace outbox {

struct Narrow {
    db::Audience audience{};
    std::vector<AccountId> circle{}; ///< Of a circle: its people.
};

/// The audience of a draft: its parent's, when that has one, else what its author chose; nothing:
/// none. Narrows the draft's visibility with it. Errors: Unprocessable (another audience than the
/// parent's, an empty circle, an unknown region), NotFound (not the author's list).
Result<std::optional<Narrow>> narrow_down(db::Tx& tx,
                                          const Acting& acting,
                                          Draft& draft,
                                          const std::optional<db::Status>& parent);

/// Errors: Unprocessable, naming those who do not belong to it.
Result<Done> check_belong(db::Tx& tx,
                          const Narrow& narrow,
                          const std::vector<db::Account>& mentioned);
/// Of an edit. Errors: Unprocessable, naming those to whom it would be new.
Result<Done> check_readers(db::Tx& tx,
                           const db::Status& status,
                           const std::vector<db::Account>& mentioned);

/// What an author of another server wants to be asked is not asked by a narrow answer.
Error cannot_ask_narrowly();
/// A policy that lets nobody boost.
Json without_boosts(Json policy);

/// Queues an activity about a narrow post of ours: one parcel for each host at level member with
/// people who may see it now, addressed to these alone, so that it is no wider in a shared inbox.
/// `activity` has the object in it.
void send_narrowly(db::Tx& tx, Json activity, const db::Status& status);

} // namespace outbox
