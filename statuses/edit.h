#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"

#include <vector>

namespace federation {
struct Note;
}

namespace statuses {

struct Edited {
    bool content_changed = false;          ///< A version went into the history.
    bool poll_changed = false;             ///< Other options: the votes of our people are gone.
    bool quote_changed = false;            ///< Its claim is to be checked (statuses::QuoteCheck).
    std::vector<AccountId> new_mentions{}; ///< Whom this edit mentions for the first time.
};

/// Applies a peer's Update to a stored post of the same author. With a newer `updated` it is an
/// edit, and the old version is kept; otherwise only poll tallies count. Edits within a few seconds
/// of each other become one version (ATTACKS D15). Author, visibility, readers, parent and type
/// never change (A15): mentions that are new get read access only by being addressed in a post that
/// was theirs to read, or when the post is public or unlisted.
///
/// Errors: Forbidden (not its author), Invalid (another type or parent).
Result<Edited> apply_edit(db::Tx& tx,
                          db::Status& status,
                          const federation::Note& note,
                          const db::Account& author,
                          Time now);

/// Keeps the present version of a post before ours or theirs is changed. `status` is as stored.
void keep_version(db::Tx& tx, const db::Status& status);

} // namespace statuses
