#include "web/audit_reader.h"

#include "outbox/break_glass.h"

namespace web {

bool AuditReader::may_see(std::string_view act, std::string_view subject) const {
    const bool is_officers_own =
        act.starts_with("glass.") || act.starts_with("hold.") || act.starts_with("records.");
    if (is_officers_own) return is_officer && subject != uri;
    return !act.starts_with("report.") || subject != uri;
}

AuditReader audit_reader(db::Tx& tx, const db::Account& me) {
    return {.uri = me.uri, .is_officer = outbox::find_glass_officer(tx, me.id).has_value()};
}

} // namespace web
