#pragma once

#include "base/result.h"
#include "db/imports.h"
#include "db/tx.h"
#include "outbox/acting.h"

#include <string>

namespace outbox {

/// A row of an import and what it names, which was found before the transaction.
struct FoundRow {
    db::ImportRow row{};
    AccountId account{};
    StatusId status{};
    std::string problem{};      ///< Not empty: why it was not found.
    bool may_try_again = false; ///< With a problem that may be over later.
};

/// What the row asks for, by the member's own verbs; can happen twice. Errors: as those verbs say.
Result<Done> apply_row(db::Tx& tx,
                       const Acting& acting,
                       const db::Import& import,
                       const FoundRow& found);

/// Takes away a part of what stands here and not in the file; false when nothing of that is left.
bool remove_excess(db::Tx& tx, const Acting& acting, const db::Import& import);

} // namespace outbox
