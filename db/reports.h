#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `reports`: by one of our members, or by another server.
struct Report {
    ReportId id{};
    AccountId target{};
    AccountId reporter{}; ///< 0: a server, named by `host`.
    std::string host{};
    std::string uri{};
    std::string comment{};
    std::vector<StatusId> statuses{};
    std::string category = "other";
    bool forwarded = false;
    Time created_at{};
    std::optional<Time> resolved_at{};
};

} // namespace db

namespace db::reports {

ReportId insert(Tx& tx, const Report& report);
std::optional<Report> find(Tx& tx, ReportId id);
/// Whether `host` reported `target` since then: one a day is taken (PROTOCOL section 21).
bool exists_since(Tx& tx, std::string_view host, AccountId target, Time since);

} // namespace db::reports
