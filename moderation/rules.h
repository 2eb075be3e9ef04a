#pragma once

#include "base/result.h"
#include "base/time.h"
#include "db/content_rules.h"
#include "db/tx.h"

#include <string>
#include <string_view>
#include <vector>

/// What moderators do with the rules of filter 10 and with the modes of all filters. Each act is
/// written to the audit log.
namespace moderation {

/// Puts a rule in force. Errors: Invalid (ContentRules::check), Unprocessable (there is one).
Result<db::RuleId> add_rule(db::Tx& tx, db::ContentRule rule, std::string_view by, Time now);

/// Takes a rule back and releases what it alone held. Returns how many items that were.
/// Errors: NotFound.
Result<int> withdraw_rule(db::Tx& tx, db::RuleId id, std::string_view by, Time now);

/// What a rule would have done to the newest posts here.
struct Trial {
    int posts = 0; ///< Looked at; at most 10,000.
    int hits = 0;
    std::vector<std::string> examples{}; ///< Ids of the newest five.
};
/// Errors: Invalid, also when a pattern takes too long.
Result<Trial> try_rule(db::Tx& tx, db::ContentRule rule);

/// `observes`: the filter only counts. Errors: NotFound, Unprocessable (may_observe).
Result<Done> set_mode(
    db::Tx& tx, std::string_view filter, bool observes, std::string_view by, Time now);

} // namespace moderation
