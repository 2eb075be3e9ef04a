#pragma once

#include "base/instance.h"
#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <string>
#include <vector>

namespace federation {
struct Note;
}

/// A peer's Note read into rows.
namespace statuses {

struct IngestOptions {
    const Instance& instance;
    Time now{};
    bool muted_reach = false; ///< A `limit` verdict: stored, but in no timeline, nobody notified.
    std::string activity_uri{};
    AccountId
        inbox_owner{}; ///< Whose inbox it reached: with no readable address it is direct to them.
    bool has_leave = false; ///< The parent's author gave a stamp for this answer.
};

struct Ingested {
    db::Status status{};
    bool is_new = false; ///< False: it was here already, unchanged.
};

/// Stores a verified, filtered note of `author` with its mentions, tags, media, poll, place in the
/// thread and quote; counts it on author and parent. Accounts that we do not know are left out, so
/// resolve unknown_mentions() first, outside the transaction. Shows it to nobody:
/// timelines::fan_out does.
///
/// Of a note that is here already, nothing is changed: no Create widens its readers (ATTACKS P02).
/// Errors: Forbidden (author is not its author, or the stored post is another's: A02, A20),
/// Gone (a tombstone stands: D16), Invalid (its id is one of ours, or on another host than author).
Result<Ingested> ingest(db::Tx& tx,
                        const federation::Note& note,
                        const db::Account& author,
                        const IngestOptions& options);

/// Actors that the note addresses or mentions and that are not known here; at most 50. None when it
/// names too many.
std::vector<std::string> unknown_mentions(db::Tx& tx, const federation::Note& note);

} // namespace statuses
