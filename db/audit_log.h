#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `audit_log`: a verdict on a verified sender, or an act of an administrator.
struct AuditEntry {
    Time at{};             ///< Not set: now.
    std::string actor{};   ///< "filter", "command line", or an account's uri.
    std::string act{};     ///< "verdict", "peer.add", "peer.remove", ...
    std::string subject{}; ///< Whom it concerns: a uri or a host.
    std::string verdict{};
    std::string filter{};
    std::string reason{};
    int rule_version = 0;
    Json details = Json::object();
};

} // namespace db

namespace db::audit_log {

void insert(Tx& tx, const AuditEntry& entry);
/// Newest first, at most 100.
std::vector<AuditEntry> list_by_subject(Tx& tx, std::string_view subject);
/// Verdicts, and what was only observed, about an activity, a post or a sender; newest first, at
/// most 100.
std::vector<AuditEntry> list_verdicts(Tx& tx, std::string_view uri);
/// What was done by people to `subject`, newest first, at most 1,000. `acts`: their names.
std::vector<AuditEntry> list_acts(Tx& tx,
                                  std::string_view subject,
                                  const std::vector<std::string>& acts);
/// Whether `giver`, or the command line, gave that member a duty or a role since then.
bool gave_power(
    Tx& tx, std::string_view giver, AccountId member, std::string_view member_uri, Time since);

} // namespace db::audit_log
