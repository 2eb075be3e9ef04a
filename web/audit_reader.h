#pragma once

#include "db/accounts.h"
#include "db/tx.h"

#include <string>
#include <string_view>

namespace web {

/// Who reads the record, and what of it is not for them: requests to read private posts, legal
/// holds and searches of records are between officers, and what others report or decide about the
/// reader is told to them in its own time (outbox/break_glass.h, outbox/cases.h).
struct AuditReader {
    std::string uri{};
    bool is_officer = false;

    bool may_see(std::string_view act, std::string_view subject) const;
};
AuditReader audit_reader(db::Tx& tx, const db::Account& me);

} // namespace web
