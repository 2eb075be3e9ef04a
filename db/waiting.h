#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <cstdint>
#include <optional>

/// How much waits for a person, for the desk's start page.
namespace db {

struct Waiting {
    std::int64_t count = 0;
    std::optional<Time> deadline{}; ///< The next one, where there are deadlines.
};

} // namespace db

/// For the member who asks, `me`: what does not concern them themselves, where that is kept from
/// them.
namespace db::waiting {

Waiting roster_imports(Tx& tx, AccountId me, Time now);
Waiting roster_reviews(Tx& tx, AccountId me, Time now);
Waiting stay_requests(Tx& tx, AccountId me, Time now);
Waiting corrections(Tx& tx, AccountId me, Time now);
/// Requests to read private posts that another officer made and nobody decided.
Waiting glass_requests(Tx& tx, AccountId me, Time now);
/// What the student-privacy guard holds, but for what they wrote themselves.
Waiting student_privacy(Tx& tx, AccountId me, Time now);
/// The others, for moderators.
Waiting held_items(Tx& tx, AccountId me, Time now);
/// Who asked to join and confirmed the address.
Waiting newcomers(Tx& tx, AccountId me, Time now);

/// Of acts that were not this member's own.
Waiting appeals(Tx& tx, AccountId me, Time now);

} // namespace db::waiting
